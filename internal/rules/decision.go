package rules

import (
	"maps"
	"slices"
	"strings"
)

// Decision is an entry that was not written into a rule file but decided by somebody: the fields of an entry, where its
// subject stands for section and name.
type Decision struct {
	Number  int    // of two decisions about one cell and day the one with the higher number holds
	ID, By  string // which decision it was, and whose
	File    string // what messages and lists call the place where it stands, with the number as the line
	Subject string // section.name: limits.first_response, params.reopen_window, cadences.visit, curves.A1
	Fields  map[string]string
}

// nameField is the field that names an entry of a section.
func nameField(s Section) string {
	switch s {
	case Limits:
		return "rule"
	case Params, Mappings:
		return "name"
	case Cadences:
		return "kind"
	default:
		return "of"
	}
}

// record makes an entry as a rule file would have it. It must say from when it holds and which sentence it rests on.
func (d Decision) record() (record, Problems) {
	var ps Problems
	bad := func(key string, args ...any) { ps = append(ps, Problem{d.File, d.Number, key, args}) }
	section, name, _ := strings.Cut(d.Subject, ".")
	rec := record{section: Section(section), file: d.File, line: d.Number, fields: map[string]cell{}}
	if !slices.Contains(Sections(), rec.section) || name == "" {
		bad("rules.problem.subject", d.Subject, strings.Join(names(Sections()), ", "))
		return rec, ps
	}
	own := nameField(rec.section)
	allowed := slices.DeleteFunc(fields(rec.section), func(f string) bool { return contains([]string{own, "status", "source", "version"}, f) })
	for _, field := range slices.Sorted(maps.Keys(d.Fields)) {
		text := d.Fields[field]
		switch {
		case !contains(allowed, field):
			bad("rules.problem.unknown_key", field, strings.Join(allowed, ", "))
		case field == "values":
			rec.stated, rec.pairs = true, pairsOf(text, d.Number)
		default:
			rec.fields[field] = cell{split(field, text), d.Number}
		}
	}
	for _, field := range []string{"from", "document", "heading", "quote"} {
		if d.Fields[field] == "" {
			bad("rules.problem.missing", field)
		}
	}
	rec.fields[own] = cell{[]string{name}, d.Number}
	rec.fields["source"] = cell{[]string{strings.TrimSpace(d.ID + " " + d.By)}, d.Number}
	rec.fields["version"] = cell{[]string{d.ID}, d.Number}
	return rec, ps
}

// pairsOf reads a table written on one line: "floor 60, target 80, stretch 100".
func pairsOf(s string, line int) []pair {
	var out []pair
	for part := range strings.SplitSeq(s, ",") {
		key, number, _ := strings.Cut(strings.TrimSpace(part), " ")
		out = append(out, pair{key, strings.TrimSpace(number), line})
	}
	return out
}
