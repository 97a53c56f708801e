/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/conduct/ptimer.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/buf.h"
#include "engine/conduct/conduct.h"
#include "engine/trace/peek.h"

void ptimers_release(struct ptimers *t)
{
	free(t->all);
	*t = (struct ptimers){ 0 };
}

static struct ptimer *find(struct ptimers *t, pid_t pid, int id)
{
	for (int i = 0; i < t->n; i++)
		if (t->all[i].pid == pid && t->all[i].id == id)
			return &t->all[i];
	return NULL;
}

static void forget(struct ptimers *t, pid_t pid, int id)
{
	int kept = 0;
	for (int i = 0; i < t->n; i++)
		if (t->all[i].pid != pid || (id >= 0 && t->all[i].id != id))
			t->all[kept++] = t->all[i];
	t->n = kept;
}

void ptimers_forget(struct ptimers *t, pid_t pid)
{
	forget(t, pid, -1);
}

/* "signal: 14/00007ffd0c", "notify: signal/tid.5", "ClockID: 1": three lines after the one with its number. */
static void read_line(const char *line, struct ptimer *t)
{
	char how[16], whom[16];
	int pid;
	if (sscanf(line, "signal: %d/%" SCNx64, &t->signo, &t->value) == 2 || sscanf(line, "ClockID: %d", &t->clock) == 1)
		return;
	if (sscanf(line, "notify: %15[^/]/%15[^.].%d", how, whom, &pid) == 3) {
		t->tid = strcmp(whom, "tid") == 0 ? pid : 0;
		t->signo = strcmp(how, "none") == 0 ? 0 : t->signo;
	}
}

/* False: the process has no such timer, or the kernel does not tell of them. */
static bool look_up(pid_t pid, int id, struct ptimer *t)
{
	char path[40], line[128];
	int at = -1;
	bool found = false;
	*t = (struct ptimer){ .pid = pid, .id = id, .clock = -1 };
	snprintf(path, sizeof path, "/proc/%d/timers", (int)pid);
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f)) {
		if (sscanf(line, "ID: %d", &at) == 1)
			found = found || at == id;
		else if (at == id)
			read_line(line, t);
	}
	if (f)
		fclose(f);
	return found;
}

/* One that was set, or that is about to be; NULL: it is the kernel's affair. */
static struct ptimer *timer_of(struct ptimers *all, pid_t pid, int id)
{
	struct ptimer new, *t = find(all, pid, id);
	if (t || !look_up(pid, id, &new) || !vclock_has(new.clock))
		return t;
	all->all = xrealloc(all->all, (size_t)(all->n + 1) * sizeof *all->all);
	all->all[all->n] = new;
	return &all->all[all->n++];
}

static bool is_waiting(const struct ptimer *t)
{
	return task_has_pending(t->tid ? t->tid : t->pid, t->signo);
}

/* Its signal is made as the kernel makes it: others may send this code too. rt_sigqueueinfo(2). */
static void run_out(struct ptimer *t)
{
	siginfo_t info = { .si_signo = t->signo, .si_code = SI_TIMER };
	if (!t->signo)
		return;
	if (is_waiting(t)) {
		t->missed++;
		return;
	}
	info.si_timerid = t->id;
	info.si_ptr = (void *)(uintptr_t)t->value;
	if (t->tid)
		syscall(SYS_rt_tgsigqueueinfo, t->pid, t->tid, t->signo, &info);
	else
		syscall(SYS_rt_sigqueueinfo, t->pid, t->signo, &info);
}

void ptimer_fire(struct ptimer *t)
{
	expiry_pass(&t->expiry);
	run_out(t);
}

/* A moment that is past: it runs out at once, with an interval perhaps more than once. */
static void catch_up(struct ptimer *t, int64_t now)
{
	int64_t times = expiry_catch_up(&t->expiry, now);
	if (!times)
		return;
	t->missed += times - 1 < INT32_MAX ? (int)(times - 1) : INT32_MAX;
	run_out(t);
}

static bool put(struct run *run, struct task *task, uint64_t at, struct ptimer *t)
{
	if (!t->signo)   /* nobody waits for it, so nobody looked */
		catch_up(t, vclock_now(&run->clock));
	struct itimerspec spec = expiry_spec(&t->expiry, vclock_now(&run->clock));
	return peek_put(task->tid, at, &spec, sizeof spec);
}

/* A value that the kernel will refuse is left to it. */
static bool set_time(struct run *run, struct task *task, const uint64_t args[6], int64_t *ret)
{
	int64_t ns, interval;
	if (!conduct_read_itimerspec(task, args[2], &ns, &interval))
		return false;
	struct ptimer *t = timer_of(&run->ptimers, task->process->pid, (int)args[0]);
	if (!t)
		return false;
	*ret = !args[3] || put(run, task, args[3], t) ? 0 : -EFAULT;
	t->expiry = expiry_of(&run->clock, t->clock, args[1] & TIMER_ABSTIME, ns, interval);
	t->missed = t->overrun = 0;
	catch_up(t, vclock_now(&run->clock));
	return true;
}

static bool answer(struct run *run, struct task *task, const struct stop *stop, int64_t *ret)
{
	struct ptimer *t = find(&run->ptimers, task->process->pid, (int)stop->args[0]);
	if (stop->nr == SYS_timer_settime)
		return set_time(run, task, stop->args, ret);
	if (stop->nr == SYS_timer_delete)
		forget(&run->ptimers, task->process->pid, (int)stop->args[0]);
	if (!t || stop->nr == SYS_timer_delete)
		return false;
	*ret = stop->nr == SYS_timer_getoverrun ? t->overrun : put(run, task, stop->args[1], t) ? 0 : -EFAULT;
	return true;
}

bool ptimers_call(struct run *run, struct task *task, const struct stop *stop)
{
	int64_t ret;
	if (!run->own_time || (stop->nr != SYS_timer_settime && stop->nr != SYS_timer_gettime &&
			       stop->nr != SYS_timer_getoverrun && stop->nr != SYS_timer_delete))
		return false;
	if (answer(run, task, stop, &ret))
		tracer_answer(task->tid, ret);
	tracer_go(task->tid, GO_ON, 0);
	return true;
}

static int count_missed(struct run *run, struct task *task, int id)
{
	struct ptimer *t = find(&run->ptimers, task->process->pid, id);
	if (!t)
		return 0;
	t->overrun = t->missed;
	t->missed = 0;
	return t->overrun;
}

void ptimers_signal(struct run *run, struct task *task, const struct stop *stop)
{
	if (stop->code == SI_TIMER)
		tracer_signal_overrun(task->tid, count_missed(run, task, stop->timer));
}

void ptimers_taken(struct run *run, struct task *task, uint64_t id_at, uint64_t overrun_at)
{
	struct peek mem = peek_process(task->tid);
	int id;
	if (!peek_all(&mem, id_at, &id, sizeof id))
		return;
	int overrun = count_missed(run, task, id);
	if (overrun)
		peek_put(task->tid, overrun_at, &overrun, sizeof overrun);
}
