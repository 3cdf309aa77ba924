#!/bin/sh
# Prints the home folder of a JDK that can build and run Facet; used by facet, mvnw and .ci/run.
#
#   .mvn/find-jdk.sh [NAME]      NAME starts the error line; default "find-jdk"
#
# Order: JAVA_HOME, the java on PATH, then the usual folders of Linux, macOS and the version managers; there the newest
# release of the lowest suited feature version wins (25.x before 26), since that is what the tests ran on.
# Versions are compared as numbers, read from the JDK's "release" file, or from `java -version` where there is none.
# Exit code 1 and one line on stderr if nothing suits.
#
# Why 25.0.3: before it, G1 could move pinned arrays (JDK-8377811), which corrupts data in native callers.

set -euf

need=25.0.3
name=${1:-find-jdk}

# version_of HOME: sets $version ("" if HOME is no JDK). No subprocess where a release file exists: this runs at each start.
version_of() {
  version=
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    while IFS= read -r line || [ -n "$line" ]; do
      case $line in
      JAVA_VERSION=*)
        version=${line#JAVA_VERSION=}
        version=${version#\"}
        version=${version%%\"*}
        break
        ;;
      esac
    done <"$1/release"
  fi
  if [ -z "$version" ]; then
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/^[^"]* version "\([^"]*\)".*/\1/p' | head -n 1) || version=
  fi
  version=${version%%[!0-9.]*}
}

# at_least A B: true if dotted version A >= B; missing parts count as 0
at_least() {
  a=$1. b=$2.
  while [ -n "$a" ] || [ -n "$b" ]; do
    x=${a%%.*} y=${b%%.*}
    [ "${x:-0}" -gt "${y:-0}" ] && return 0
    [ "${x:-0}" -lt "${y:-0}" ] && return 1
    a=${a#"$x"} a=${a#.}
    b=${b#"$y"} b=${b#.}
  done
  return 0
}

newest='' newest_home='' best='' best_home=''
# look HOME: sets $suited to yes or no, and remembers the newest version seen, for the error message
look() {
  suited=no
  version_of "$1"
  [ -n "$version" ] || return 0
  if [ -z "$newest" ] || ! at_least "$newest" "$version"; then
    newest=$version newest_home=$1
  fi
  if at_least "$version" "$need"; then
    suited=yes
  fi
}

if [ -n "${JAVA_HOME-}" ]; then
  look "$JAVA_HOME"
  if [ "$suited" = yes ]; then
    printf '%s\n' "$JAVA_HOME"
    exit 0
  fi
fi

if on_path=$(command -v java); then
  while [ -L "$on_path" ]; do
    target=$(readlink "$on_path")
    case $target in
    /*) on_path=$target ;;
    *) on_path=$(dirname "$on_path")/$target ;;
    esac
  done
  home=$(CDPATH='' cd -- "$(dirname -- "$on_path")/.." && pwd -P) || home=
  # a shim (macOS stub, jenv, asdf) does not sit in its JDK: ask it
  if [ -n "$home" ] && [ ! -x "$home/bin/javac" ]; then
    home=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p' | head -n 1) || home=
  fi
  if [ -n "$home" ]; then
    look "$home"
    if [ "$suited" = yes ]; then
      printf '%s\n' "$home"
      exit 0
    fi
  fi
fi

set +f
for home in \
  /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /usr/local/openjdk* /opt/* /opt/java/* /opt/jdk/* /opt/jvm/* \
  "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* "${HOME:-/nonexistent}"/.gradle/jdks/* \
  "${HOME:-/nonexistent}"/.asdf/installs/java/* "${HOME:-/nonexistent}"/.local/share/mise/installs/java/* \
  "${HOME:-/nonexistent}"/.jbang/cache/jdks/* \
  /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-/nonexistent}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
  /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
  [ -d "$home/bin" ] || continue
  look "$home"
  [ "$suited" = yes ] || continue
  if [ -z "$best" ]; then
    best=$version best_home=$home
  elif [ "${version%%.*}" -lt "${best%%.*}" ] || { [ "${version%%.*}" -eq "${best%%.*}" ] && ! at_least "$best" "$version"; }; then
    best=$version best_home=$home
  fi
done
if [ -n "$best_home" ]; then
  printf '%s\n' "$best_home"
  exit 0
fi

if [ -n "$newest" ]; then
  seen="newest seen: $newest in $newest_home"
else
  seen="none at all in JAVA_HOME, PATH and the usual folders"
fi
printf '%s: no JDK >= %s found (%s): install one, for example Temurin 25, or set JAVA_HOME\n' "$name" "$need" "$seen" >&2
exit 1
