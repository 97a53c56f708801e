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

MODULES := ncursesw readline libdw libseccomp libmnl vterm yaml-0.1 jansson
# Asked once, and only when something is compiled or linked: before `deps` they may not be there.
once = $(eval $(1) := $(2))$($(1))
PKG_CFLAGS = $(call once,PKG_CFLAGS,$(shell $(PKG_CONFIG) --cflags $(MODULES)))
PKG_LIBS = $(call once,PKG_LIBS,$(shell $(PKG_CONFIG) --libs $(MODULES)))

CFLAGS ?= -O2 -g
CFLAGS_ALL = -std=gnu17 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wno-unused-parameter \
	-D_GNU_SOURCE -DSOCKTUTOR_VERSION='"$(VERSION)"' -I. -I$(BUILD) -MMD -MP $(if $(WERROR),-Werror) \
	$(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer) $(PKG_CFLAGS) $(CFLAGS)
LDLIBS_ALL = $(PKG_LIBS) $(LDLIBS)
LDFLAGS_ALL = $(if $(SAN),-fsanitize=$(SAN)) $(LDFLAGS)
Q := $(if $(V),,@)

OTHER_ARCH := $(filter-out engine/trace/arch-$(ARCH).c,$(wildcard engine/trace/arch-*.c))
ENGINE := $(filter-out $(OTHER_ARCH),$(wildcard engine/*.c engine/*/*.c))
TUTOR := $(filter-out tutor/main.c,$(wildcard tutor/*.c tutor/*/*.c))
LIB := $(ENGINE:%.c=$(BUILD)/%.o) $(TUTOR:%.c=$(BUILD)/%.o)
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/*.c))

.PHONY: all start test test-slow test-programs bench clean unit deps-test \
	check check-includes check-headers check-names check-aarch64 aarch64-objects
.SECONDARY:
all: $(BUILD)/socktutor

$(BUILD)/socktutor: $(BUILD)/tutor/main.o $(LIB)
	@echo "  LINK $@"
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$(Q)$(CC) $(CFLAGS_ALL) -c -o $@ $<

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(LIB)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL) $(shell $(PKG_CONFIG) --libs cmocka)

# A second make, because what the first has looked up may not have been there before `deps`.
JOBS = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 1))
start:
	$(Q)tools/deps build
	$(Q)$(MAKE) $(JOBS) $(if $(V),,-s) --no-print-directory all
	$(Q)exec $(BUILD)/socktutor

deps-test:
	$(Q)tools/deps test
	$(Q)$(MAKE) $(JOBS) $(if $(V),,-s) --no-print-directory test-programs

test-programs: all $(UNIT)

test: deps-test
	$(Q)BUILD=$(BUILD) V=$(V) tests/run $(UNIT)

test-slow: deps-test
	$(Q)BUILD=$(BUILD) V=$(V) TEST_TIMEOUT=$${TEST_TIMEOUT:-7200} tests/run --slow

bench: deps-test
	$(Q)BUILD=$(BUILD) tests/bench/run

unit: $(UNIT)
	$(Q)for t in $(UNIT); do $$t || exit 1; done

check: check-includes check-headers check-names check-aarch64

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
	libmnl vterm.h vterm_keycodes.h yaml.h jansson.h jansson_config.h
check-aarch64:
	$(Q)tools/deps aarch64
	@mkdir -p $(CROSS)/include
	$(Q)for h in $(LIBRARY_HEADERS); do for d in /usr/include /usr/include/$$($(HOSTCC) -dumpmachine); do \
		[ ! -e $$d/$$h ] || ln -sfn $$d/$$h $(CROSS)/include/$$h; done; done
	$(Q)$(MAKE) $(JOBS) $(if $(V),,-s) --no-print-directory ARCH=aarch64 CC=aarch64-linux-gnu-gcc BUILD=$(CROSS) SAN= WERROR=1 \
		PKG_CFLAGS=-I$(CROSS)/include aarch64-objects

HOSTCC := cc
aarch64-objects: $(LIB) $(BUILD)/tutor/main.o
	@echo "$(words $^) files compile for $(ARCH)"

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
