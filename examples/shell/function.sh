# A function in shell: the event is its first argument, and what it writes to stdout is the response.
handler() {
    echo "event: $1" >&2
    echo "Echoing request: '$1'"
}

fail() {
    echo "out of paper" >&2
    return 3
}
