# Completion of omni(1) for bash.
_omni() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W \
      'serve check events dead simulate explain --help --version' -- "$current")
    return
  fi
  if [[ $before == --config ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    return
  fi
  local flags
  case $command in
    serve) flags='--config --listen' ;;
    check) flags='--config' ;;
    events) flags='--config --queue --follow --ack --json' ;;
    dead) flags='--config --redrive' ;;
    explain) flags='--config --url --peer --at --json' ;;
    simulate)
      flags='--list --url --config --channel --count --concurrency --set'
      if [[ $current != -* ]]; then
        # The names are the program's own.
        local words
        words=$(omni simulate --list 2>/dev/null |
          awk -v carrier="${COMP_WORDS[2]}" -v second="$((COMP_CWORD == 2))" \
            'second == 1 { print $1; next } $1 == carrier { print $2 }')
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
        return
      fi
      ;;
    *) return ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$flags --help" -- "$current")
}
complete -o filenames -F _omni omni
