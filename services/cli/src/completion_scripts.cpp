#include "synergy/cli/completion_scripts.hpp"

#include "synergy/base/check.hpp"

namespace synergy::cli {
namespace {

// bash parts words at `=` and `:`, too (COMP_WORDBREAKS), and replaces only what stands behind the last one.
constexpr std::string_view kBash =
    R"SCRIPT(# bash completion of synergy and deploy/mesh, from `synergy completion bash`.
# To have it now: source <(synergy completion bash)

_synergy_complete() {
  local program=${COMP_WORDS[0]/#\~/$HOME} words=() word line files=none kept glue=
  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if ((${#words[@]})) && { [[ $word == [=:] ]] || [[ -n $glue ]]; }; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
    glue=; [[ $word != [=:] ]] || glue=yes
  done
  word=${words[-1]}
  kept=${word%"${word##*[=:]}"}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :* ]]; then
      files=${line#:}
    else
      line=${line%%$'\t'*}
      COMPREPLY+=("${line#"$kept"}")
    fi
  done < <("$program" __complete "${words[@]}" 2>/dev/null)
  word=${word#"$kept"}
  case $files in
    files) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$word") ;;
    folders) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$word") ;;
    *) return 0 ;;
  esac
  compopt -o filenames 2>/dev/null
  return 0
}
complete -o nosort -F _synergy_complete synergy mesh synergy-mesh
)SCRIPT";

constexpr std::string_view kZsh = R"SCRIPT(#compdef synergy mesh synergy-mesh
# zsh completion of synergy and deploy/mesh, from `synergy completion zsh`.
# To have it now: source <(synergy completion zsh); for good: as _synergy in a folder of $fpath.

_synergy() {
  local program=${~${(Q)words[1]}} line files=none
  local -a lines described
  lines=("${(@f)$("$program" __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "${lines[@]}"; do
    if [[ $line == :* ]]; then
      files=${line#:}
    elif [[ $line == *$'\t'* ]]; then
      described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    elif [[ -n $line ]]; then
      described+=("${line//:/\\:}")
    fi
  done
  _describe -V value described
  [[ $files == none ]] && return
  [[ $PREFIX == --*=* ]] && compset -P '*='
  if [[ $files == folders ]]; then _files -/; else _files; fi
}

if [[ $funcstack[1] == _synergy ]]; then
  _synergy "$@"
else
  compdef _synergy synergy mesh synergy-mesh
fi
)SCRIPT";

constexpr std::string_view kFish =
    R"SCRIPT(# fish completion of synergy and deploy/mesh, from `synergy completion fish`.
# To have it now: synergy completion fish | source

function __synergy_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    for line in ($program __complete $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':none'
            case ':files'
                __fish_complete_path (string replace -r '^--[^=]*=' '' -- $current)
            case ':folders'
                __fish_complete_directories (string replace -r '^--[^=]*=' '' -- $current) ''
            case '*'
                echo $line
        end
    end
end

complete -c synergy -f -k -a '(__synergy_complete)'
complete -c mesh -f -k -a '(__synergy_complete)'
complete -c synergy-mesh -f -k -a '(__synergy_complete)'
)SCRIPT";

}  // namespace

std::string_view completion_script(std::string_view shell) {
  if (shell == "bash") return kBash;
  if (shell == "zsh") return kZsh;
  SYNERGY_CHECK(shell == "fish", "a shell of the three");
  return kFish;
}

}  // namespace synergy::cli
