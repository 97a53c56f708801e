/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints docs/log.md from engine/log/event.def. Run by `make docs/log.md`; `make check-docs` compares. */
#include <stdio.h>

static const char head[] =
"<!-- Made from engine/log/event.def by `make docs/log.md`. Change it there. -->\n"
"# The log of a run\n\n"
"A log is a text file of JSON Lines: one JSON object a line, UTF-8, lines of 1 MiB at most. The first line is the header:\n\n"
"```json\n{\"socktutor-log\":1,\"tutor\":\"" SOCKTUTOR_VERSION "\"}\n```\n\n"
"`socktutor-log` is the version of this format. Every other line is one event, in the order in which things happened.\n"
"The first event is `begin`. A last line that was not written to its end is left out when the log is opened, and the\n"
"tutor says so. Members that are not listed here are ignored.\n\n"
"## Members of every event\n\n"
"| member | what it is |\n| --- | --- |\n| `e` | the type: one of those below |\n";

static const char forms[] =
"\nA number equal to its default is left out: 0, and -1 where the table says so (and for `a` and `l`). Text and values that\n"
"are not known are left out too. Bytes of a program's text that are not UTF-8 are written as `\\xNN`.\n\n"
"## Values\n\n"
"Arguments and results are trees. Each kind has its form; members that say nothing new (`base` 10, `rest` 0) are left out.\n\n"
"| kind | form |\n| --- | --- |\n"
"| not known, not read yet | `null` |\n"
"| signed number | `5` |\n"
"| unsigned number | `{\"u\":1448,\"base\":16}`; base 10, 16 or 8 says how C programmers write it |\n"
"| descriptor | `{\"fd\":3}` |\n"
"| constant | `{\"sym\":\"AF_INET\",\"n\":2}`; `sym` is null if it has no name |\n"
"| flags | `{\"flags\":\"A\\|B\",\"n\":7,\"rest\":4}`; `rest`: the bits without a name |\n"
"| bytes | `{\"bytes\":5,\"hex\":\"48656c6c6f\",\"blob\":7,\"more\":1}`; `bytes`: the real length, `hex`: the first 64 at most, "
"`blob`: the `blob` event that holds all that was read, `more`: not all were read or kept |\n"
"| text | `\"text\"`, or `{\"text\":\"te\",\"more\":1}` if it was longer |\n"
"| IP address | `{\"ip\":\"127.0.0.1\"}` |\n"
"| address in memory | `{\"ptr\":\"0x7ffe00000010\"}`; `0x0` is NULL |\n"
"| list | `[1,2]`, or `{\"list\":[1,2],\"more\":1}` if there were more |\n"
"| struct | `{\"struct\":{\"sin_family\":…},\"type\":\"sockaddr_in\"}`; members in C's order |\n"
"| changed by the call | `{\"in\":…,\"out\":…}` |\n\n"
"Trees are at most 24 levels deep. Numbers of 64 bits are written whole: a reader that keeps numbers as doubles, such as\n"
"jq, may round those above 2^53.\n\n"
"## Events\n\n"
"A *command* is what somebody asked for; an *observation* is what was seen.\n";

int main(void)
{
	fputs(head, stdout);
#define COMMON(field, key, doc) printf("| `%s` | %s |\n", key, doc);
#include "engine/log/event.def"
	fputs(forms, stdout);

	enum { COMMAND, OBSERVATION };
	static const char *const classes[] = { "Command", "Observation" };
#define EVENT(name, class, doc) { int any = 0; printf("\n### %s\n\n%s. %s\n", #name, classes[class], doc);
#define ROW(field, kind, doc) \
	printf("%s| `%s` | %s | %s |\n", any++ ? "" : "\n| member | kind | what it is |\n| --- | --- | --- |\n", #field, kind, doc);
#define INT(name, field, doc) ROW(field, "number", doc)
#define REF(name, field, doc) ROW(field, "number, default -1", doc)
#define STR(name, field, doc) ROW(field, "text", doc)
#define VAL(name, field, doc) ROW(field, "value", doc)
#define END(name) (void)any; }
#include "engine/log/event.def"
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
