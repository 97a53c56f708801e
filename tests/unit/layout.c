/* SPDX-License-Identifier: GPL-3.0-or-later */
/* At every size: parts inside the screen, none over another, no row unused; commands found by key and name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tutor/command.h"
#include "tutor/term/term.h"
#include "tutor/views/layout.h"

enum { ROWS = 90, COLS = 260 };

static unsigned char grid[ROWS][COLS];

static void fill(struct rect r, int rows, int cols)
{
	assert_true(r.y >= 0 && r.x >= 0 && r.y + r.h <= rows && r.x + r.w <= cols);
	for (int y = r.y; y < r.y + r.h; y++)
		for (int x = r.x; x < r.x + r.w; x++)
			grid[y][x]++;
}

static void check(int rows, int cols, int programs, enum zoom zoom, enum pane_view view)
{
	struct layout l = layout_make(rows, cols, programs, programs - 1, zoom, view);
	memset(grid, 0, sizeof grid);
	fill(l.header, rows, cols);
	fill(l.tabs, rows, cols);
	fill(l.card, rows, cols);
	fill(l.keys, rows, cols);
	fill(l.wire, rows, cols);
	fill(l.big, rows, cols);
	for (int i = 0; i < l.panes; i++)
		fill(l.pane[i], rows, cols);
	for (int y = 0; y < rows; y++)
		for (int x = 0; x < cols; x++)
			assert_int_equal(grid[y][x], 1);
	if (l.panes) {
		assert_true(programs - 1 >= l.first && programs - 1 < l.first + l.panes);
		assert_true(zoom == ZOOM_PANE || l.card.h >= 5);
	}
}

static void every_cell_belongs_to_one_part(void **state)
{
	for (int rows = LAYOUT_MIN_ROWS; rows <= 70; rows += 1)
		for (int cols = LAYOUT_MIN_COLS; cols <= 250; cols += 7)
			for (int programs = 1; programs <= 5; programs++)
				for (int zoom = 0; zoom < ZOOMS; zoom++)
					for (int view = 0; view < VIEWS; view += VIEWS - 1)
						check(rows, cols, programs, (enum zoom)zoom, (enum pane_view)view);
}

static void kinds(void **state)
{
	assert_int_equal(layout_make(11, 80, 2, 0, ZOOM_NONE, VIEW_CODE).kind, LAYOUT_TOO_SMALL);
	assert_int_equal(layout_make(24, 39, 2, 0, ZOOM_NONE, VIEW_CODE).kind, LAYOUT_TOO_SMALL);
	assert_int_equal(layout_make(20, 60, 2, 0, ZOOM_NONE, VIEW_CODE).kind, LAYOUT_TABS);
	assert_int_equal(layout_make(36, 60, 2, 0, ZOOM_NONE, VIEW_CODE).kind, LAYOUT_STACKED);
	assert_int_equal(layout_make(24, 80, 2, 0, ZOOM_NONE, VIEW_CODE).kind, LAYOUT_SIDE);
	assert_int_equal(layout_make(24, 80, 2, 0, ZOOM_NONE, VIEW_CODE).panes, 2);
	assert_int_equal(layout_make(40, 200, 3, 0, ZOOM_NONE, VIEW_CODE).panes, 3);
	assert_int_equal(layout_make(24, 80, 2, 0, ZOOM_NONE, VIEW_CODE).wire.h, 0);
	assert_int_equal(layout_make(36, 120, 2, 0, ZOOM_NONE, VIEW_CODE).wire.w, 40);
	assert_int_equal(layout_make(36, 120, 2, 0, ZOOM_NONE, VIEW_WIRE).wire.h, 0);
	assert_int_equal(layout_make(24, 80, 2, 0, ZOOM_NONE, VIEW_WIRE).big.w, 80);
}

static void pane_parts_fit(void **state)
{
	for (int h = 1; h < 60; h++)
		for (int view = 0; view < PANE_VIEWS; view++) {
			struct rect in = { 3, 1, h, 40 };
			struct pane_parts p = layout_pane(in, (enum pane_view)view, (struct pane_lines){ h % 2 ? 100 : 0, 3, 4 });
			int parts = (p.code.h > 0) + (p.output.h > 0) + (p.sockets.h > 0);
			assert_int_equal(p.code.h + p.output.h + p.sockets.h + parts - 1, h);
			assert_true(view == VIEW_CODE && layout_pane_whole(h) ? parts == 3 : parts >= 1);
		}
}

static void commands_by_key(void **state)
{
	assert_int_equal(command_of_key(K_SPACE), COMMAND_NEXT);
	assert_int_equal(command_of_key('q'), COMMAND_QUIT);
	assert_int_equal(command_of_key(0), COMMAND_NONE);
	assert_int_equal(command_of_key('~'), COMMAND_NONE);
}

/* No key means two things. */
static void keys_are_single(void **state)
{
	for (int i = COMMAND_NONE + 1; i < COMMANDS; i++)
		for (int k = 0; k < 3; k++) {
			int code = command_info((enum command)i)->keys[k];
			if (code)
				assert_int_equal(command_of_key(code), i);
		}
}

static void commands_by_name(void **state)
{
	const char *arg;
	assert_int_equal(command_parse("next", &arg), COMMAND_NEXT);
	assert_int_equal(command_parse(" :until  recv ", &arg), COMMAND_UNTIL);
	assert_string_equal(arg, "recv ");
	assert_int_equal(command_parse("word", &arg), COMMAND_WORD);
	assert_int_equal(command_parse("th light", &arg), COMMAND_THEME);
	assert_int_equal(command_parse("p", &arg), COMMAND_NONE);
	assert_int_equal(command_parse("", &arg), COMMAND_NONE);
	assert_int_equal(command_parse("nonsense", &arg), COMMAND_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_belongs_to_one_part), cmocka_unit_test(kinds), cmocka_unit_test(pane_parts_fit),
		cmocka_unit_test(commands_by_key), cmocka_unit_test(keys_are_single), cmocka_unit_test(commands_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
