#!/bin/sh
# Stands before the compiler of our own crates (`make lint`): clippy's driver in its place, each warning an
# error, and nothing but metadata made, as `cargo check` does.
for arg do
  shift
  case $arg in
    --emit=*link*) arg=--emit=dep-info,metadata ;;
    # A library of ours, of which nothing else was made.
    *=*.rlib) [ -e "${arg#*=}" ] || arg=${arg%.rlib}.rmeta ;;
  esac
  set -- "$@" "$arg"
done
exec clippy-driver "$@" -D warnings
