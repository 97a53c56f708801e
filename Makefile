# SPDX-License-Identifier: GPL-3.0-or-later
#
#   make start     install what is missing, build, open the tutor
#   make test      install what is missing, build, run the tests (make test-slow: those that take long)
#   make           build only
#   make install   PREFIX=/usr/local DESTDIR=       make uninstall
#   make bench     how fast it is, beside strace
#   make check     what must hold of the source: check-includes check-headers check-names check-aarch64
#
# V=1 shows the commands. SAN=address,undefined builds with sanitizers. WERROR=1 makes warnings errors.
# BUILD=folder builds somewhere else.
VERSION := 0.1.0
PREFIX ?= /usr/local
BUILD ?= build
CC ?= cc
ARCH ?= $(shell $(CC) -dumpmachine 2>/dev/null | cut -d- -f1)
PKG_CONFIG ?= pkg-config
INSTALL ?= install

bindir = $(PREFIX)/bin
libdir = $(PREFIX)/lib
datadir = $(PREFIX)/share
mandir = $(datadir)/man
localedir = $(datadir)/locale

MODULES := ncursesw readline libdw libseccomp libmnl yaml-0.1 jansson
# Asked once, and only when something is compiled or linked: before `deps` they may not be there.
once = $(eval $(1) := $(2))$($(1))
PKG_CFLAGS = $(call once,PKG_CFLAGS,$(shell $(PKG_CONFIG) --cflags $(MODULES)))
PKG_LIBS = $(call once,PKG_LIBS,$(shell $(PKG_CONFIG) --libs $(MODULES)))

CFLAGS ?= -O2 -g
CFLAGS_ALL = -std=gnu17 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wno-unused-parameter \
	-D_GNU_SOURCE -DSOCKTUTOR_VERSION='"$(VERSION)"' -DSOCKTUTOR_DATADIR='"$(datadir)/socktutor"' \
	-DSOCKTUTOR_LIBDIR='"$(libdir)/socktutor"' -DSOCKTUTOR_LOCALEDIR='"$(localedir)"' -I. -I$(BUILD) -MMD -MP $(if $(WERROR),-Werror) \
	$(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -Wno-format-truncation -Wno-format-overflow) $(PKG_CFLAGS) $(CFLAGS)
LDLIBS_ALL = $(PKG_LIBS) $(LDLIBS)
LDFLAGS_ALL = $(if $(SAN),-fsanitize=$(SAN)) $(LDFLAGS)
Q := $(if $(V),,@)

OTHER_ARCH := $(filter-out engine/trace/arch-$(ARCH).c,$(wildcard engine/trace/arch-*.c))
ENGINE := $(filter-out $(OTHER_ARCH),$(wildcard engine/*.c engine/*/*.c))
TUTOR := $(filter-out tutor/main.c,$(wildcard tutor/*.c tutor/*/*.c))
LIB := $(ENGINE:%.c=$(BUILD)/%.o) $(TUTOR:%.c=$(BUILD)/%.o)
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/*.c))
STAGE_TESTS := $(patsubst tests/stage/%.c,$(BUILD)/tests/stage/%,$(wildcard tests/stage/*.c))
EVERY_CALL := $(patsubst %,$(BUILD)/tests/trace/every-call/%,every driver from_log)
EVERY_PARTS := $(filter-out %/driver.c %/from_log.c,$(wildcard tests/trace/every-call/*.c)) engine/decode/constants.c $(wildcard engine/base/*.c)
HOSTILE := $(BUILD)/tests/hostile/hostile
VICTIM := $(BUILD)/tests/trace/faults/victim
WHY := $(BUILD)/tests/why/server $(BUILD)/tests/why/client $(BUILD)/tests/why/tell
WAITS := $(BUILD)/tests/trace/clock/waits
TRACE_TESTS := $(patsubst tests/trace/%.c,$(BUILD)/tests/trace/%,$(wildcard tests/trace/*.c))

# The C programs of the lessons, built as the lessons say, so that no compiler is needed to study.
LESSONS := $(sort $(wildcard lessons/[0-9]*))
PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard lessons/[0-9]*/*.c))
# Beside them, the sources they were made from: the tutor compares these with the lesson's.
SOURCES := $(patsubst %,$(BUILD)/%,$(wildcard lessons/[0-9]*/*.c lessons/[0-9]*/*.py))
LESSON_CFLAGS := -std=c17 -Wall -Wextra -Werror -g -O0
CATALOGUES := $(patsubst po/%.po,$(BUILD)/po/%/LC_MESSAGES/socktutor.mo,$(wildcard po/*.po))

.PHONY: all start recordings test test-slow test-programs bench clean unit deps-test install uninstall pot FORCE \
	check check-docs check-includes check-headers check-names check-aarch64 aarch64-objects
.SECONDARY:
all: $(BUILD)/socktutor $(BUILD)/socktutor.1 $(PROGRAMS) $(SOURCES) $(CATALOGUES)

$(BUILD)/socktutor: $(BUILD)/tutor/main.o $(LIB)
	@echo "  LINK $@"
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

# Other flags, paths or libraries than last time: everything is compiled again.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(CC) $(filter-out -Werror,$(CFLAGS_ALL)))' | cmp -s - $@ || echo '$(subst ','\'',$(CC) $(filter-out -Werror,$(CFLAGS_ALL)))' >$@

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$(Q)$(CC) $(CFLAGS_ALL) -c -o $@ $<

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(LIB)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL) $(shell $(PKG_CONFIG) --libs cmocka)

# Pictures of the screen without a run (tests/screen), and a program to look at them.
SCREEN := $(patsubst tests/screen/%.c,$(BUILD)/tests/screen/%,$(filter-out tests/screen/fixture.c,$(wildcard tests/screen/*.c)))
$(SCREEN): $(BUILD)/tests/screen/%: $(BUILD)/tests/screen/%.o $(BUILD)/tests/screen/fixture.o $(LIB)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

# A second make, because what the first has looked up may not have been there before `deps`.
JOBS = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 1))
start:
	$(Q)tools/deps build
	$(Q)$(MAKE) $(JOBS) $(if $(V),,-s) --no-print-directory all
	$(Q)exec $(BUILD)/socktutor

deps-test:
	$(Q)tools/deps test
	$(Q)$(MAKE) $(JOBS) $(if $(V),,-s) --no-print-directory test-programs

test-programs: all $(UNIT) $(STAGE_TESTS) $(EVERY_CALL) $(VICTIM) $(WAITS) $(BUILD)/tests/refused/deny $(HOSTILE) $(WHY) $(TRACE_TESTS) $(SCREEN) $(BUILD)/tests/bench/biglog

test: deps-test
	$(Q)BUILD=$(BUILD) V=$(V) tests/run $(UNIT)

test-slow: deps-test
	$(Q)BUILD=$(BUILD) V=$(V) TEST_TIMEOUT=$${TEST_TIMEOUT:-7200} tests/run --slow

bench: deps-test
	$(Q)BUILD=$(BUILD) tests/bench/run

# What needs strace's notation has it besides: the tutor does not.
NOTATION := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/notation/*.c))
$(filter-out %/every,$(EVERY_CALL)) $(BUILD)/tests/trace/notate $(BUILD)/tests/unit/decode $(BUILD)/tests/fuzz/decoder: $(NOTATION)

# A program that makes every call, and a small tracer that writes them as strace does.
$(filter-out %/every,$(EVERY_CALL)) $(TRACE_TESTS): %: %.o $(LIB)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

# Never with sanitizers, which make calls of their own.
$(BUILD)/tests/trace/every-call/every: override SAN :=
$(BUILD)/tests/trace/every-call/every: $(EVERY_PARTS) tests/trace/every-call/every.h $(wildcard engine/*/*.def engine/*/*.h)
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$(Q)$(CC) $(filter-out -MMD -MP,$(CFLAGS_ALL)) -o $@ $(EVERY_PARTS) -pthread

# Programs that are hard to hold; nothing of the tutor is in them, and no sanitizer, which would make calls of its own.
$(BUILD)/tests/hostile/%.o: override SAN :=
$(HOSTILE): $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/hostile/*.c))
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -pthread

# The same for programs that meet faults, and provoke them.
$(VICTIM): override SAN :=
$(VICTIM): tests/trace/faults/victim.c
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$(Q)$(CC) $(filter-out -MMD -MP,$(CFLAGS_ALL)) -o $@ $<

# One program by two names, so that a run has a server and a client.
$(BUILD)/tests/why/why.o: override SAN :=
$(BUILD)/tests/why/server $(BUILD)/tests/why/client: $(BUILD)/tests/why/why.o
	$(Q)$(CC) $(LDFLAGS) -o $@ $^

$(BUILD)/tests/why/tell: $(BUILD)/tests/why/tell.o $(LIB)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

# Programs that wait, alone and under the tutor; no sanitizer, which would look at clocks of its own.
$(WAITS): override SAN :=
$(WAITS): $(BUILD)/%: %.c
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$(Q)$(CC) $(filter-out -MMD -MP,$(CFLAGS_ALL)) -O0 -o $@ $< -pthread

# Built inside its folder, so that debug information names the source as the lesson does.
$(PROGRAMS): $(BUILD)/%: %.c
	@mkdir -p $(@D)
	@echo "  CC   $< (lesson)"
	$(Q)cd $(<D) && $(CC) $(LESSON_CFLAGS) -fdebug-prefix-map=$(CURDIR)/$(<D)=. -o $(abspath $@) $(<F)

$(SOURCES): $(BUILD)/%: %
	@mkdir -p $(@D)
	$(Q)cp $< $@

$(BUILD)/po/%/LC_MESSAGES/socktutor.mo: po/%.po
	@mkdir -p $(@D)
	@echo "  MO   $<"
	$(Q)msgfmt --check --statistics -o $@ $< 2>$@.log || { cat $@.log; rm -f $@; false; }

$(BUILD)/socktutor.1: docs/socktutor.1.in tutor/keys.def tools/manual $(BUILD)/flags
	$(Q)tools/manual docs/socktutor.1.in tutor/keys.def $(VERSION) $(datadir)/socktutor $(libdir)/socktutor >$@.new && mv $@.new $@

# For translators: every sentence of the interface.
pot:
	$(Q)xgettext --from-code=UTF-8 -k_ -kN_ --add-comments=TRANSLATORS -o po/socktutor.pot $$(grep -rlE '\<N?_\(' tutor --include='*.[ch]' --include='*.def')

$(BUILD)/tests/bench/biglog: $(BUILD)/tests/bench/biglog.o $(LIB)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

$(BUILD)/tests/refused/deny: $(BUILD)/tests/refused/deny.o
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

$(BUILD)/tests/stage/%: $(BUILD)/tests/stage/%.o $(LIB)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

unit: $(UNIT)
	$(Q)for t in $(UNIT); do $$t || exit 1; done

check: check-docs check-includes check-headers check-names check-aarch64

check-includes:
	$(Q)tests/includes

check-names:
	$(Q)tests/tour

HEADERS := $(wildcard engine/*.h engine/*/*.h tutor/*.h tutor/*/*.h)
check-headers:
	$(Q)bad=0; for h in $(HEADERS); do $(CC) $(filter-out -MMD -MP,$(CFLAGS_ALL)) -Werror -fsyntax-only -x c $$h || bad=1; done; \
	[ $$bad = 0 ] && echo "$(words $(HEADERS)) headers compile alone"

# Everything but the linking, with the other architecture's compiler and C library. The libraries' headers do not
# depend on the architecture, so this machine's are used, by links in a folder of their own.
CROSS := $(BUILD)/aarch64
LIBRARY_HEADERS = curses.h ncurses.h ncurses_dll.h term.h unctrl.h readline elfutils libelf.h gelf.h dwarf.h seccomp.h \
	libmnl yaml.h jansson.h jansson_config.h
check-aarch64:
	$(Q)tools/deps aarch64
	@mkdir -p $(CROSS)/include
	$(Q)for h in $(LIBRARY_HEADERS); do for d in /usr/include /usr/include/$$($(HOSTCC) -dumpmachine); do \
		[ ! -e $$d/$$h ] || ln -sfn $$d/$$h $(CROSS)/include/$$h; done; done
	$(Q)$(MAKE) $(JOBS) $(if $(V),,-s) --no-print-directory ARCH=aarch64 CC=aarch64-linux-gnu-gcc BUILD=$(CROSS) SAN= WERROR=1 \
		PKG_CFLAGS="-isystem $(CROSS)/include" aarch64-objects

HOSTCC := cc
aarch64-objects: $(LIB) $(BUILD)/tutor/main.o
	@echo "$(words $^) files compile for $(ARCH)"

D = $(DESTDIR)
DATA = $(D)$(datadir)/socktutor
install: all
	@echo "  INSTALL $(D)$(PREFIX)"
	$(Q)$(INSTALL) -d $(D)$(bindir) $(DATA)/lessons $(DATA)/python $(D)$(mandir)/man1
	$(Q)$(INSTALL) -m 755 $(BUILD)/socktutor $(D)$(bindir)/socktutor
	$(Q)$(INSTALL) -m 444 $(BUILD)/socktutor.1 $(D)$(mandir)/man1/socktutor.1
	$(Q)$(INSTALL) -D -m 444 tools/completion.bash $(D)$(datadir)/bash-completion/completions/socktutor
	$(Q)$(INSTALL) -m 444 engine/trace/python/*.py $(DATA)/python
	$(Q)find lessons -type f ! -name '.*' ! -path '*/__pycache__/*' | while read -r f; do \
		$(INSTALL) -D -m 444 "$$f" "$(DATA)/$$f" || exit 1; done
	$(Q)for f in $(PROGRAMS:$(BUILD)/%=%); do $(INSTALL) -D -m 555 $(BUILD)/$$f $(D)$(libdir)/socktutor/$$f || exit 1; done
	$(Q)for f in $(SOURCES:$(BUILD)/%=%); do $(INSTALL) -D -m 444 $(BUILD)/$$f $(D)$(libdir)/socktutor/$$f || exit 1; done
	$(Q)for f in $(CATALOGUES:$(BUILD)/po/%=%); do $(INSTALL) -D -m 444 $(BUILD)/po/$$f $(D)$(localedir)/$$f || exit 1; done
	$(Q)[ "$(D)" ] || tools/apparmor install $(bindir)/socktutor

uninstall:
	$(Q)rm -f $(D)$(bindir)/socktutor $(D)$(mandir)/man1/socktutor.1 \
		$(D)$(datadir)/bash-completion/completions/socktutor $(D)$(localedir)/*/LC_MESSAGES/socktutor.mo
	$(Q)rm -rf $(DATA) $(D)$(libdir)/socktutor
	$(Q)[ "$(D)" ] || tools/apparmor remove

# Recordings of the lessons, for systems on which they cannot run live. Make them anew when a program or a text changes.
recordings: all
	$(Q)for l in $(LESSONS); do mkdir -p $$l/recordings; for v in c python; do \
		$(BUILD)/socktutor run $${l##*/[0-9][0-9]-} --program $$v --json --log $$l/recordings/$$v.jsonl >/dev/null || exit 1; \
	done; done

docs/log.md: tools/gen-log-doc.c engine/log/event.def
	@mkdir -p $(BUILD)/tools $(@D)
	$(Q)$(CC) $(filter-out -MMD -MP,$(CFLAGS_ALL)) -o $(BUILD)/tools/gen-log-doc $<
	$(Q)$(BUILD)/tools/gen-log-doc >$@

check-docs:
	@mkdir -p $(BUILD)/tools
	$(Q)$(CC) $(filter-out -MMD -MP,$(CFLAGS_ALL)) -o $(BUILD)/tools/gen-log-doc tools/gen-log-doc.c
	$(Q)$(BUILD)/tools/gen-log-doc | diff -u docs/log.md - || { echo "docs/log.md is old: make docs/log.md"; exit 1; }
	@echo "docs/log.md is as the table says"

# SAN=address,undefined is wise. With CC=clang FUZZER=1: libFuzzer drives it.
fuzz-%: $(BUILD)/tests/fuzz/%
	@echo "$<"

$(BUILD)/tests/fuzz/%: tests/fuzz/%.c $(LIB)
	@mkdir -p $(@D)
	@echo "  LINK $@"
	$(Q)$(CC) $(CFLAGS_ALL) $(if $(FUZZER),-DLIBFUZZER -fsanitize=fuzzer) $(LDFLAGS_ALL) -o $@ $< $(filter %.o,$^) $(LDLIBS_ALL)

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
