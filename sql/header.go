package sql

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Header is what the comment lines at the top of a model say: "-- key: value", continued by "--   more".
type Header map[string]string

// Get returns the value of key, "" when the header does not have it.
func (h Header) Get(key string) string { return h[key] }

// Bool reports whether the value of key is yes.
func (h Header) Bool(key string) bool { return h[key] == "yes" }

// List returns the comma-separated values of key.
func (h Header) List(key string) []string {
	var list []string
	for part := range strings.SplitSeq(h[key], ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// Bounds returns the least and the greatest value of "bounds: low, high".
func (h Header) Bounds() (low, high float64, err error) {
	ends := h.List("bounds")
	if len(ends) == 2 {
		var below, above error
		low, below = strconv.ParseFloat(ends[0], 64)
		high, above = strconv.ParseFloat(ends[1], 64)
		if below == nil && above == nil && low < high {
			return low, high, nil
		}
	}
	return 0, 0, fmt.Errorf("header bounds is %q; want the least and the greatest value, such as 1, 7", h["bounds"])
}

// splitHeader separates the header from the SELECT and returns the line on which the SELECT begins.
func splitHeader(name, text string) (header Header, query string, line int, err error) {
	h := Header{}
	last, n, offset := "", 0, 0
	for raw := range strings.Lines(text) {
		s := strings.TrimRight(raw, "\r\n \t")
		comment, ok := strings.CutPrefix(s, "--")
		if !ok && strings.TrimSpace(s) != "" {
			break
		}
		n++
		offset += len(raw)
		if !ok || strings.TrimSpace(comment) == "" {
			last = "" // an empty line ends a value
			continue
		}
		if strings.HasPrefix(comment, "   ") {
			if last == "" {
				return nil, "", 0, fmt.Errorf("%s:%d: a continued line needs a key above it", name, n)
			}
			h[last] = strings.TrimSpace(h[last] + " " + strings.TrimSpace(comment))
			continue
		}
		key, value, found := strings.Cut(comment, ":")
		key = strings.TrimSpace(key)
		if !found || !isKey(key) {
			return nil, "", 0, fmt.Errorf("%s:%d: want a header line \"-- key: value\" or \"--   more\", got %q", name, n, s)
		}
		if _, twice := h[key]; twice {
			return nil, "", 0, fmt.Errorf("%s:%d: the header has the key %s twice", name, n, key)
		}
		h[key], last = strings.TrimSpace(value), key
	}
	return h, text[offset:], n + 1, nil
}

func isKey(s string) bool {
	if s == "" {
		return false
	}
	for _, r := range s {
		if r != '_' && (r < 'a' || r > 'z') {
			return false
		}
	}
	return true
}

// words are the keys that each layer's header may have, and whether it must have them.
func words(layer string) map[string]bool {
	switch layer {
	case KPI:
		return map[string]bool{
			"about": false, "id": true, "of": true, "main": true, "name_zh": true, "name_en": true, "family": true,
			"kind": true, "over_time": true, "unit": true, "direction": true, "scale": false, "anchor_zh": true,
			"anchor_en": true, "maturity_days": false, "min_n": false, "horizon": false, "periods": false, "needs": true,
			"formula_zh": true, "formula_en": true, "excluded_zh": false, "excluded_en": false, "source": true,
			"exposure": false, "weights": false, "parts": false, "details": false,
			"charged_to": false, "cluster": false, "interval": false, "adjust": false, "deadline": false,
			"owed_again": false, "bounds": false, "matrix": false, "grains": false,
		}
	case Tables:
		return map[string]bool{
			"about": true, "name_zh": true, "name_en": true, "columns": true, "columns_zh": true, "columns_en": true, "note_zh": false,
			"note_en": false, "needs": true, "rules": false, "order": true, "source": true,
		}
	case Checks:
		return map[string]bool{"about": false, "name_zh": true, "name_en": true, "blocking": true}
	case Staging:
		return map[string]bool{"about": true, "materialized": false}
	default:
		return map[string]bool{"about": true, "key": false, "rows_from": false, "order": false, "materialized": false}
	}
}

// allowed are the values of the keys that have a closed list.
var allowed = map[string][]string{
	"kind":         {"ratio", "sums", "mean", "duration", "exposure", "cohort", "stock", "sum", "curve", "count", "stratified", "agreement"},
	"over_time":    {"sum", "own", "last"},
	"direction":    {"up", "down"},
	"main":         {"yes", "no"},
	"blocking":     {"yes", "no"},
	"materialized": {"table", "view"},
	"exposure":     {"days", "fen", "users"},
	"weights":      {"days"},
	"parts":        {"days", "fen", "fen_days", "index_points", "weighted_points"},
	"charged_to":   {"manager", "unit", "nobody"},
	"interval":     {"none"},
	"matrix":       {"category"},
	"owed_again":   {"yes"},
}

// checkHeader refuses unknown and missing keys and values that nothing understands.
func checkHeader(m Model) error {
	known := words(m.Layer)
	for _, key := range slices.Sorted(maps.Keys(m.Header)) {
		if _, ok := known[key]; !ok {
			return fmt.Errorf("%s: unknown header key %q; a header of %s has: %s", m.Path, key, m.Layer,
				strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(known)) {
		if known[key] && m.Header[key] == "" {
			return fmt.Errorf("%s: the header lacks \"-- %s: …\"", m.Path, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(allowed)) {
		if v := m.Header[key]; v != "" && !slices.Contains(allowed[key], v) {
			return fmt.Errorf("%s: header %s is %q; want one of %s", m.Path, key, v, strings.Join(allowed[key], ", "))
		}
	}
	if _, err := m.Columns(); m.Layer == Tables && err != nil {
		return err
	}
	if err := checkDeadline(m); err != nil {
		return err
	}
	for _, key := range []string{"scale", "maturity_days", "min_n", "horizon"} {
		if v := m.Header[key]; v != "" {
			if n, err := strconv.ParseInt(v, 10, 64); err != nil || n < 0 {
				return fmt.Errorf("%s: header %s is %q; want a whole number", m.Path, key, v)
			}
		}
	}
	for _, d := range m.Header.List("adjust") {
		if !slices.Contains([]string{"tier", "kind", "severity"}, d) {
			return fmt.Errorf("%s: header adjust has %q; want tier, kind or severity: nothing that a manager decides", m.Path, d)
		}
	}
	for _, d := range m.Header.List("grains") {
		if !slices.Contains([]string{"manager", "team", "region", "tier", "kind", "severity", "category", "customer"}, d) {
			return fmt.Errorf("%s: header grains has %q, which is no dimension", m.Path, d)
		}
	}
	if _, given := m.Header["bounds"]; given {
		if _, _, err := m.Header.Bounds(); err != nil {
			return fmt.Errorf("%s: %w", m.Path, err)
		}
	}
	for _, p := range m.Header.List("periods") {
		if !slices.Contains([]string{"month", "quarter", "half", "year"}, p) {
			return fmt.Errorf("%s: header periods has %q; want month, quarter, half or year", m.Path, p)
		}
	}
	return nil
}

// checkDeadline refuses a deadline that is not details of rows whose months add up: when a row falls due, when it was done and,
// where that may be before it was done, from when on there is nothing left to do.
// Amounts (kind sums) are done bit by bit: they have the first one only.
func checkDeadline(m Model) error {
	columns, details := m.Header.List("deadline"), m.Header.List("details")
	if m.Header.Get("deadline") == "" {
		return nil
	}
	kind, least, most := m.Header.Get("kind"), 2, 3
	if kind == "sums" {
		least, most = 1, 1
	}
	if len(columns) < least || len(columns) > most || slices.ContainsFunc(columns, func(c string) bool { return !slices.Contains(details, c) }) {
		return fmt.Errorf("%s: header deadline is %q; want two of its details, when a row falls due and when it was done: due_at, done_at, and a third where there may be nothing left to do before; of kind sums only the first",
			m.Path, m.Header.Get("deadline"))
	}
	if kind != "ratio" && kind != "sums" || m.Header.Get("over_time") != "sum" || m.Header.Get("direction") != "up" {
		return fmt.Errorf("%s: header deadline goes with kind ratio or sums, over_time sum and direction up", m.Path)
	}
	return nil
}
