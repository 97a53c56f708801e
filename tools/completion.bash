# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of socktutor's command line for bash: commands, options, lessons. After `--` a program's own words follow.
_socktutor() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} word command=
	local options="--plain --auto --json --lang --program --log --pcap --stage --hosts --fast --no-lines --results --ascii --theme --stamp --record --no-runs --help --version"
	COMPREPLY=()
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		[[ $word != -- ]] || return 0
		case $word in run | watch | replay | list | check | doctor) command=$word ;; esac
	done
	case $prev in
	--lang) mapfile -t COMPREPLY < <(compgen -W "en zh both" -- "$cur"); return ;;
	--program) mapfile -t COMPREPLY < <(compgen -W "c python" -- "$cur"); return ;;
	--theme) mapfile -t COMPREPLY < <(compgen -W "default light mono" -- "$cur"); return ;;
	--log | --pcap) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
	esac
	case $command:$cur in
	*:-*) mapfile -t COMPREPLY < <(compgen -W "$options --" -- "$cur") ;;
	run:*) mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" list 2>/dev/null | awk '{ print $2 }')" -- "$cur") ;;
	replay:*) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	check:*) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
	watch:*) COMPREPLY=(--) ;;
	:*) mapfile -t COMPREPLY < <(compgen -W "menu run watch replay list check doctor" -- "$cur") ;;
	esac
}
complete -F _socktutor socktutor
