/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The only file that knows curses. Surfaces come in, keys go out.
 *
 * Signals: what must be written to restore the terminal is prepared at start,
 * so that handlers call nothing but write, tcsetattr, sigaction and raise.
 * Ours are installed before curses would install its own.
 */
#include "tutor/term/term.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

enum { PROBE_MS = 200 };

struct terminal {
	SCREEN *screen;
	struct surface shown;     /* what the terminal shows now */
	enum charset set;
	enum theme theme;
	bool mouse, cursor_on;
};

/* What signal handlers need. */
static struct {
	volatile sig_atomic_t on;
	char leave[256], enter[256];
	size_t leave_len, enter_len;
	struct termios before, during;
	int pipe[2];
} rescue = { .pipe = { -1, -1 } };

static void wake(char why)
{
	int saved = errno;
	if (write(rescue.pipe[1], &why, 1) < 0)
		errno = saved;
	errno = saved;
}

static void put_back(void)
{
	if (!rescue.on)
		return;
	if (write(STDOUT_FILENO, rescue.leave, rescue.leave_len) < 0)
		return;
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.before);
}

static void on_end(int signo)
{
	put_back();
	rescue.on = 0;
	signal(signo, SIG_DFL);
	raise(signo);
}

static void on_stop(int signo)
{
	int saved = errno;
	struct sigaction old, dfl = { .sa_handler = SIG_DFL };
	sigset_t set, mask;
	put_back();
	sigaction(signo, &dfl, &old);
	sigemptyset(&set);
	sigaddset(&set, signo);
	raise(signo);
	sigprocmask(SIG_UNBLOCK, &set, &mask);    /* here it stops */
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigaction(signo, &old, NULL);
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.during);
	if (write(STDOUT_FILENO, rescue.enter, rescue.enter_len) >= 0)
		wake('c');
	errno = saved;
}

static void on_size(int signo)
{
	wake('w');
}

static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU, SIGSYS };

static void handle(int signo, void (*handler)(int))
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = handler == on_end ? SA_ONSTACK | SA_NODEFER : SA_RESTART };
	sigemptyset(&sa.sa_mask);
	sigaction(signo, &sa, NULL);
}

static void take_signals(void)
{
	static char stack[16384];     /* a crash may be a stack that ran out */
	stack_t ss = { .ss_sp = stack, .ss_size = sizeof stack };
	sigaltstack(&ss, NULL);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		handle(ends[i], on_end);
	handle(SIGTSTP, on_stop);
	handle(SIGWINCH, on_size);
}

static void drop_signals(void)
{
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		signal(ends[i], SIG_DFL);
	signal(SIGTSTP, SIG_DFL);
	signal(SIGWINCH, SIG_DFL);
}

static void add_cap(char *to, size_t *len, const char *name)
{
	const char *cap = tigetstr(name);
	if (!cap || cap == (char *)-1 || *len + strlen(cap) + 1 > sizeof rescue.leave)
		return;
	/* Padding like $<5> is for terminals of another age: left out. */
	for (; *cap; cap++) {
		if (cap[0] == '$' && cap[1] == '<')
			while (*cap && *cap != '>')
				cap++;
		else
			to[(*len)++] = *cap;
		if (!*cap)
			break;
	}
}

static void add_text(char *to, size_t *len, const char *text)
{
	size_t n = strlen(text);
	if (*len + n < sizeof rescue.leave)
		memcpy(to + *len, text, n), *len += n;
}

static void prepare_rescue(bool mouse)
{
	rescue.leave_len = rescue.enter_len = 0;
	if (mouse)
		add_text(rescue.leave, &rescue.leave_len, "\033[?1000l\033[?1006l");
	static const char *const leave[] = { "rmkx", "sgr0", "op", "cnorm", "rmcup" };
	static const char *const enter[] = { "smcup", "smkx" };
	for (size_t i = 0; i < sizeof leave / sizeof *leave; i++)
		add_cap(rescue.leave, &rescue.leave_len, leave[i]);
	for (size_t i = 0; i < sizeof enter / sizeof *enter; i++)
		add_cap(rescue.enter, &rescue.enter_len, enter[i]);
}

/* Read "ESC [ row ; col R"; what else was typed meanwhile is lost. Returns the column, 0 if no answer came. */
static int read_report(void)
{
	char got[128];
	size_t n = 0;
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	while (n < sizeof got - 1 && poll(&p, 1, PROBE_MS) > 0) {
		ssize_t r = read(STDIN_FILENO, got + n, sizeof got - 1 - n);
		if (r <= 0)
			break;
		n += (size_t)r;
		got[n] = '\0';
		const char *semi = strrchr(got, ';');
		if (semi && strchr(semi, 'R'))
			return atoi(semi + 1);
	}
	return 0;
}

/* How wide this terminal makes “ : two cells on many Chinese set-ups; three if it does not know UTF-8. */
static enum charset probe_width(void)
{
	static const char ask[] = "\r\xe2\x80\x9c\033[6n", wipe[] = "\r\033[K";
	struct termios raw = rescue.before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = 0;
	if (tcsetattr(STDIN_FILENO, TCSANOW, &raw) < 0 || write(STDOUT_FILENO, ask, sizeof ask - 1) < 0)
		return CHARSET_FULL;
	int col = read_report();
	if (write(STDOUT_FILENO, wipe, sizeof wipe - 1) < 0)
		return CHARSET_FULL;
	return col == 3 ? CHARSET_WIDE : col > 3 ? CHARSET_ASCII : CHARSET_FULL;
}

static bool usable(struct err *err)
{
	const char *name = getenv("TERM");
	int why;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &rescue.before) < 0)
		return err_set(err, ERR_TERMINAL, 0, "not-a-terminal", NULL);
	if (!name || !*name || !strcmp(name, "dumb"))
		return err_set(err, ERR_TERMINAL, 0, "dumb", name);
	if (setupterm(NULL, STDOUT_FILENO, &why) == ERR)
		return err_set(err, ERR_TERMINAL, 0, "unknown", name);
	const char *move = tigetstr("cup");
	if (!move || move == (char *)-1)
		return err_set(err, ERR_TERMINAL, 0, "dumb", name);
	return true;
}

static void set_modes(struct terminal *t)
{
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
	if (t->mouse)
		mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	mouseinterval(0);
	start_color();
	use_default_colors();
}

struct terminal *term_open(const struct term_options *o, struct err *err)
{
	if (!usable(err))
		return NULL;
	if (pipe2(rescue.pipe, O_CLOEXEC | O_NONBLOCK) < 0) {
		err_set(err, ERR_SYSTEM, errno, "pipe2", NULL);
		return NULL;
	}
	struct terminal *t = xcalloc(1, sizeof *t);
	t->mouse = o->mouse && tigetstr("kmous") && tigetstr("kmous") != (char *)-1;
	prepare_rescue(t->mouse);
	rescue.on = 1;
	take_signals();
	t->set = o->ascii ? CHARSET_ASCII : probe_width();
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.before);
	del_curterm(cur_term);      /* of setupterm; newterm makes its own */
	t->screen = newterm(NULL, stdout, stdin);
	if (!t->screen) {
		err_set(err, ERR_TERMINAL, 0, "unknown", getenv("TERM"));
		term_close(t);
		return NULL;
	}
	set_modes(t);
	refresh();
	tcgetattr(STDIN_FILENO, &rescue.during);
	term_theme(t, o->theme);
	return t;
}

void term_close(struct terminal *t)
{
	if (!t)
		return;
	if (t->screen) {
		if (t->mouse)
			mousemask(0, NULL);
		curs_set(1);
		endwin();
		delscreen(t->screen);
	}
	rescue.on = 0;
	drop_signals();
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.before);
	close(rescue.pipe[0]);
	close(rescue.pipe[1]);
	surface_release(&t->shown);
	free(t);
}

void term_size(const struct terminal *t, int *rows, int *cols)
{
	*rows = LINES;
	*cols = COLS;
}

enum charset term_charset(const struct terminal *t)
{
	return t->set;
}

void term_theme(struct terminal *t, enum theme theme)
{
	t->theme = theme;
	for (int i = 0; i < ROLES; i++) {
		struct style st = theme_style(theme, (enum role)i, COLORS);
		if (has_colors())
			init_pair((short)(i + 1), (short)st.fg, (short)st.bg);
	}
	surface_release(&t->shown);     /* everything is drawn anew */
	clearok(curscr, TRUE);
}

static attr_t attributes(enum theme theme, enum role role)
{
	unsigned look = theme_style(theme, role, COLORS).look;
	return (look & LOOK_BOLD ? A_BOLD : 0) | (look & LOOK_DIM ? A_DIM : 0) | (look & LOOK_UNDERLINE ? A_UNDERLINE : 0) |
	       (look & LOOK_REVERSE ? A_REVERSE : 0);
}

static void draw_row(struct terminal *t, const struct surface *s, int y)
{
	for (int x = 0; x < s->cols; x++) {
		const struct cell *c = &s->cell[y * s->cols + x];
		wchar_t w[CCHARW_MAX + 1] = { 0 };
		cchar_t cc;
		if (c->cols == 0)
			continue;
		size_t n = mbstowcs(w, c->text, CCHARW_MAX);
		if (n == (size_t)-1 || n == 0)
			w[0] = '?', w[1] = 0;
		setcchar(&cc, w, attributes(t->theme, c->role), has_colors() ? (short)(c->role + 1) : 0, NULL);
		mvadd_wch(y, x, &cc);
	}
}

static bool same_row(const struct surface *a, const struct surface *b, int y)
{
	return !memcmp(&a->cell[y * a->cols], &b->cell[y * a->cols], (size_t)a->cols * sizeof *a->cell);
}

void term_draw(struct terminal *t, const struct surface *s, int y, int x)
{
	bool fresh = t->shown.rows != s->rows || t->shown.cols != s->cols;
	if (fresh) {
		surface_release(&t->shown);
		surface_init(&t->shown, s->rows, s->cols, s->set);
		erase();
	}
	for (int row = 0; row < s->rows && row < LINES; row++)
		if (fresh || !same_row(s, &t->shown, row))
			draw_row(t, s, row);
	memcpy(t->shown.cell, s->cell, (size_t)s->rows * (size_t)s->cols * sizeof *s->cell);
	if ((y >= 0) != t->cursor_on)
		curs_set((t->cursor_on = y >= 0));
	if (y >= 0)
		move(y, x);
	refresh();
}

static void new_size(struct terminal *t, char why)
{
	struct winsize ws;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row && ws.ws_col)
		resizeterm(ws.ws_row, ws.ws_col);
	if (why == 'c' && t->mouse) {
		mmask_t old = mousemask(0, NULL);
		mousemask(old ? old : BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	}
	if (why == 'c') {
		curs_set(t->cursor_on);
	}
	surface_release(&t->shown);
	clearok(curscr, TRUE);
}

static bool size_changed(struct terminal *t)
{
	char c, why = 0;
	while (read(rescue.pipe[0], &c, 1) == 1)
		why = c == 'c' ? c : why ? why : c;
	if (why)
		new_size(t, why);
	return why != 0;
}

static const struct { int curses, ours; } named[] = {
	{ KEY_UP, K_UP }, { KEY_DOWN, K_DOWN }, { KEY_LEFT, K_LEFT }, { KEY_RIGHT, K_RIGHT }, { KEY_PPAGE, K_PGUP },
	{ KEY_NPAGE, K_PGDN }, { KEY_HOME, K_HOME }, { KEY_END, K_END }, { KEY_BTAB, K_BACKTAB },
	{ KEY_BACKSPACE, K_BACKSPACE }, { KEY_DC, K_DELETE }, { KEY_ENTER, K_ENTER }, { KEY_F(1), K_F1 },
};

static void read_mouse(struct key *out)
{
	MEVENT m;
	out->code = K_OTHER;
	if (getmouse(&m) != OK)
		return;
	out->y = m.y;
	out->x = m.x;
	out->code = m.bstate & BUTTON4_PRESSED ? K_WHEEL_UP : m.bstate & BUTTON5_PRESSED ? K_WHEEL_DOWN : K_MOUSE;
}

static void read_named(wint_t code, struct key *out)
{
	out->code = K_OTHER;
	if (code == KEY_MOUSE)
		read_mouse(out);
	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		if (named[i].curses == (int)code)
			out->code = named[i].ours;
}

/* After ESC: a sequence curses does not know (a late answer to the width probe, say) is swallowed whole. */
static int after_escape(void)
{
	wint_t c;
	if (get_wch(&c) != OK)
		return K_ESC;
	if (c != '[' && c != 'O')
		return c == K_ESC ? K_ESC : K_OTHER;
	while (get_wch(&c) == OK && (c < 0x40 || c > 0x7e))
		;
	return K_OTHER;
}

bool term_key(struct terminal *t, struct key *out)
{
	wint_t c;
	*out = (struct key){ .code = K_RESIZE, .y = -1, .x = -1 };
	if (size_changed(t))
		return true;
	switch (get_wch(&c)) {
	case OK:
		out->code = c == '\n' ? K_ENTER : c == 0x7f || c == 8 ? K_BACKSPACE : c == K_ESC ? after_escape() : (int)c;
		return true;
	case KEY_CODE_YES:
		read_named(c, out);
		return true;
	default:
		return false;
	}
}

int term_wait(struct terminal *t, int other, int timeout)
{
	struct pollfd p[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN }, { .fd = rescue.pipe[0], .events = POLLIN }, { .fd = other, .events = POLLIN },
	};
	if (poll(p, 3, timeout) < 0)
		return TERM_KEYS;      /* a signal: its handler said so in the pipe */
	int woke = 0;
	if ((p[0].revents | p[1].revents) & POLLIN)
		woke |= TERM_KEYS;
	if (p[2].revents)
		woke |= TERM_OTHER;
	if (p[0].revents & (POLLHUP | POLLERR | POLLNVAL) && !(p[0].revents & POLLIN))
		woke |= TERM_GONE;
	return woke;
}
