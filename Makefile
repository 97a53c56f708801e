# SPDX-License-Identifier: GPL-3.0-or-later
#
#   make start     install what is missing, build, open the tutor
#   make test      install what is missing, build, run the tests
#   make           build only
#   make install   PREFIX=/usr/local DESTDIR=
#
# V=1 shows the commands. SAN=address,undefined builds with sanitizers. WERROR=1 makes warnings errors.
VERSION := 0.1.0
PREFIX ?= /usr/local
BUILD ?= build
CC ?= cc
ARCH ?= $(shell $(CC) -dumpmachine | cut -d- -f1)
PKG_CONFIG ?= pkg-config

MODULES := ncursesw readline libdw libseccomp libmnl vterm yaml-0.1 jansson
CFLAGS ?= -O2 -g
CFLAGS_ALL = -std=gnu17 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wno-unused-parameter \
	-D_GNU_SOURCE -DSOCKTUTOR_VERSION='"$(VERSION)"' -I. -I$(BUILD) -MMD -MP $(if $(WERROR),-Werror) \
	$(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer) $(shell $(PKG_CONFIG) --cflags $(MODULES)) $(CFLAGS)
LDLIBS_ALL = $(shell $(PKG_CONFIG) --libs $(MODULES)) $(LDLIBS)
LDFLAGS_ALL = $(if $(SAN),-fsanitize=$(SAN)) $(LDFLAGS)
Q := $(if $(V),,@)

OTHER_ARCH := $(filter-out engine/trace/arch-$(ARCH).c,$(wildcard engine/trace/arch-*.c))
ENGINE := $(filter-out $(OTHER_ARCH),$(wildcard engine/*.c engine/*/*.c))
TUTOR := $(filter-out tutor/main.c,$(wildcard tutor/*.c tutor/*/*.c))
LIB := $(ENGINE:%.c=$(BUILD)/%.o) $(TUTOR:%.c=$(BUILD)/%.o)
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/*.c))

.PHONY: all start test clean unit
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

unit: $(UNIT)
	$(Q)for t in $(UNIT); do $$t || exit 1; done

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
