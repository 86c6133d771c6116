package ingest

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
)

// header is the header row of a file, or the names that stand for it.
type header struct {
	path  string
	names []string // trimmed
	used  []bool
}

func newHeader(path string, names []string) *header {
	h := &header{path: path, names: make([]string, len(names)), used: make([]bool, len(names))}
	for i, n := range names {
		h.names[i] = trim(n)
	}
	return h
}

// headerKey makes two spellings of one header equal: case, blanks, underscores and full-width forms do not count.
func headerKey(s string) string {
	return strings.Map(func(r rune) rune {
		if blank(r) || r == '_' {
			return -1
		}
		return unicode.ToLower(r)
	}, fold(s))
}

// uncut names the delimiter, as a source does, that still stands in the headers of a text cut by another one; "": none.
func (h *header) uncut() string {
	for _, sign := range []string{"\t", ";", "|"} {
		if len(h.names) == 1 && strings.Contains(h.names[0], sign) {
			return strings.ReplaceAll(sign, "\t", "tab")
		}
	}
	return ""
}

// find returns the columns of the file that name means, first by its exact spelling, then by its key.
func (h *header) find(name string) []int {
	var exact, alike []int
	key := headerKey(name)
	for i, n := range h.names {
		switch {
		case n == "":
		case n == name:
			exact = append(exact, i)
		case headerKey(n) == key:
			alike = append(alike, i)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return alike
}

// one returns the single column that a source's own mapping names. Two equal headers are no trouble until one is
// mapped: nobody can say which of them is meant.
func (h *header) one(name string) (int, error) {
	found := h.find(trim(name))
	switch len(found) {
	case 0:
		return 0, fault.New(fault.Refused, "ingest.refused.header_missing", h.path, name, h.list())
	case 1:
		h.used[found[0]] = true
		return found[0], nil
	}
	return 0, h.twice(name, found)
}

func (h *header) twice(name string, found []int) error {
	at := make([]string, len(found))
	for i, f := range found {
		at[i] = strconv.Itoa(f + 1)
	}
	return fault.New(fault.Refused, "ingest.refused.header_twice", h.path, name, strings.Join(at, ", "))
}

// alias looks for a column that no mapping names: by its canonical name, then its Chinese, then its English header.
func (h *header) alias(c feed.Column) (int, bool, error) {
	for _, name := range []string{c.Name, c.ZH, c.EN()} {
		found := h.find(name)
		if len(found) > 1 {
			return 0, false, h.twice(name, found)
		}
		if len(found) == 1 {
			h.used[found[0]] = true
			return found[0], true, nil
		}
	}
	return 0, false, nil
}

// has reports whether the file has a column called name.
func (h *header) has(name string) bool { return len(h.find(name)) > 0 }

// list names the headers for a message, the first twenty of them.
func (h *header) list() string {
	var names []string
	for _, n := range h.names {
		if n != "" {
			names = append(names, n)
		}
	}
	if len(names) > 20 {
		names = append(names[:20:20], "...")
	}
	return strings.Join(names, " | ")
}

// unused returns the headers that nothing reads.
func (h *header) unused() []string {
	var names []string
	for i, n := range h.names {
		if n != "" && !h.used[i] && !strings.HasPrefix(n, rejectPrefix) {
			names = append(names, n)
		}
	}
	return slices.Clip(names)
}
