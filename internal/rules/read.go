package rules

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// reader understands the values of one record and collects what is wrong with them.
type reader struct {
	record
	problems *Problems
}

func (r reader) bad(line int, key string, args ...any) {
	if line == 0 {
		line = r.line
	}
	*r.problems = append(*r.problems, Problem{r.file, line, key, args})
}

// text returns a field's text, "" when it is not there.
func (r reader) text(field string) string { return one(r.fields[field].texts) }

// must is text for a field that an entry cannot do without.
func (r reader) must(field string) string {
	s := r.text(field)
	if s == "" {
		r.bad(0, "rules.problem.missing", field)
	}
	return s
}

// word is text out of a closed list; "" when it is not there.
func (r reader) word(field string, allowed []string) string {
	s := r.text(field)
	if s != "" && !contains(allowed, s) {
		r.bad(r.fields[field].line, "rules.problem.one_of", field, s, strings.Join(allowed, ", "))
	}
	return s
}

// words are the values of a selector; nil for all.
func (r reader) words(field string, allowed []string) []string {
	list := r.list(field)
	for _, s := range list {
		if !contains(allowed, s) {
			r.bad(r.fields[field].line, "rules.problem.one_of", field, s, strings.Join(allowed, ", "))
		}
	}
	return list
}

// list is a field's values, each once; nil when there are none.
func (r reader) list(field string) []string {
	var out []string
	for _, s := range r.fields[field].texts {
		switch {
		case s == "":
		case contains(out, s):
			r.bad(r.fields[field].line, "rules.problem.key_twice", s)
		default:
			out = append(out, s)
		}
	}
	return out
}

// number reads a whole number within limits; ok is false when the field is empty or wrong.
func (r reader) number(field, s string, line int, low, high int64) (n int64, ok bool) {
	if s == "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < low || n > high {
		r.bad(line, "rules.problem.number", field, s, low, high)
		return 0, false
	}
	return n, true
}

func (r reader) whole(field string, low, high int64) (int64, bool) {
	return r.number(field, r.text(field), r.fields[field].line, low, high)
}

// day reads the day of a field, or returns its default.
func (r reader) day(field string, otherwise time.Time) time.Time {
	s := r.text(field)
	if s == "" {
		return otherwise
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Before(Always()) || t.After(Forever()) {
		r.bad(r.fields[field].line, "rules.problem.day", field, s)
		return otherwise
	}
	return t
}

// read makes a rule of a record.
func read(rec record, d defaults, ps *Problems) Rule {
	r := reader{rec, ps}
	rule := Rule{
		Section: rec.section, File: rec.file, Line: rec.line,
		From: r.day("from", Always()), To: r.day("to", Forever()), Version: r.text("version"),
		Origin: Origin{Document: r.text("document"), Heading: r.text("heading"), Quote: r.text("quote"), Source: r.text("source")},
	}
	if rule.Version == "" {
		rule.Version = d.version
	}
	if !rule.From.Before(rule.To) {
		r.bad(0, "rules.problem.days_order", r.text("from"), r.text("to"))
	}
	switch rec.section {
	case Limits:
		r.limit(&rule)
	case Params:
		rule.Name = r.must("name")
		rule.Value.Unit = r.text("unit")
		rule.Value.Number, rule.Value.Set = r.whole("value", 0, math.MaxInt64)
	case Cadences:
		r.cadence(&rule)
	case Mappings:
		r.mapping(&rule)
	default:
		r.table(&rule)
	}
	rule.Status = r.status(rule.Value.Set, d)
	if rule.Quote != "" && rule.Document == "" {
		r.bad(0, "rules.problem.missing", "document")
	}
	return rule
}

// status is what the entry says, else what its file says, else what follows from its value.
func (r reader) status(set bool, d defaults) Status {
	all := []string{string(Given), string(Proposed), string(Unset)}
	said := r.word("status", all)
	switch {
	case said == "" && !set:
		return Unset
	case said == "" && d.status == "":
		return Given
	case said == "":
		return Status(d.status)
	case set && Status(said) == Unset:
		r.bad(r.fields["status"].line, "rules.problem.unset_value")
	case !set && Status(said) != Unset && contains(all, said) && r.blank():
		r.bad(r.fields["status"].line, "rules.problem.no_value", said)
	}
	return Status(said)
}

// blank reports whether no value was written; one that could not be read is told already.
func (r reader) blank() bool {
	for _, p := range r.pairs {
		if p.number != "" {
			return false
		}
	}
	return r.text("limit")+r.text("value")+r.text("window_months")+r.text("required") == ""
}

// limit reads an amount, its unit and its clock.
func (r reader) limit(rule *Rule) {
	rule.Name = r.must("rule")
	rule.Select = Selectors{
		Kind: r.words("kind", Kinds()), Severity: r.words("severity", Severities()), Tier: r.words("tier", tiers()),
	}
	clock := r.word("clock", []string{"working", "calendar"})
	s, line := r.text("limit"), r.fields["limit"].line
	if s == "" {
		return
	}
	amount, unit, _ := strings.Cut(s, " ")
	n, err := strconv.ParseInt(amount, 10, 64)
	if err != nil || n < 1 || n > 1_000_000 || !contains(units(), unit) {
		r.bad(line, "rules.problem.limit", s, strings.Join(units(), ", "))
		return
	}
	fixed := map[string]string{"days": "calendar", "working_days": "working"}[unit]
	switch {
	case fixed == "" && clock == "":
		r.bad(line, "rules.problem.clock_needed", s)
	case fixed != "" && clock != "" && clock != fixed:
		r.bad(line, "rules.problem.clock_other", s, clock)
	case fixed != "":
		clock = fixed
	}
	rule.Value = Value{Set: true, Number: n, Unit: unit, Clock: clock}
}

// cadence reads how often something is due.
func (r reader) cadence(rule *Rule) {
	if r.must("kind") != "" {
		rule.Name = r.word("kind", append(duties(), columns()...))
	}
	rule.Select = Selectors{Tier: r.words("tier", tiers()), Card: r.words("card", cards()), Customer: r.list("customer")}
	selected := 0
	for _, s := range [][]string{rule.Select.Tier, rule.Select.Card, rule.Select.Customer} {
		if len(s) > 0 {
			selected++
		}
	}
	if selected > 1 {
		r.bad(0, "rules.problem.one_selector")
	}
	window, stated := r.whole("window_months", 1, 12)
	if stated && 12%window != 0 || window == 4 {
		r.bad(r.fields["window_months"].line, "rules.problem.one_of", "window_months", window, "1, 2, 3, 6, 12")
	}
	required, asked := r.whole("required", 0, 1000)
	gap, _ := r.whole("max_gap_days", 1, 10_000)
	if stated != asked {
		r.bad(0, "rules.problem.cadence")
	}
	rule.Value = Value{Set: stated && asked, Window: window, Required: required, MaxGap: gap}
}

// mapping reads what a word stands for.
func (r reader) mapping(rule *Rule) {
	known := mappings()
	rule.Name = r.word("name", slices.Sorted(maps.Keys(known)))
	if rule.Name == "" {
		r.bad(0, "rules.problem.missing", "name")
		return
	}
	said := known[rule.Name]
	if r.must("key") != "" {
		rule.Key = r.known("key", said.keys)
	}
	rule.Value.Word = r.known("value", said.values)
	rule.Value.Set = rule.Value.Word != ""
}

// known is word, where nil allows any text.
func (r reader) known(field string, allowed []string) string {
	if allowed == nil {
		return r.text(field)
	}
	return r.word(field, allowed)
}

// table reads a table of numbers. It is decided when every line has its number.
func (r reader) table(rule *Rule) {
	rule.Name = r.must("of")
	if allowed := ofs(rule.Section); allowed != nil && rule.Name != "" {
		r.word("of", allowed)
	}
	rule.Value.Set = len(r.pairs) > 0
	seen := map[string]bool{}
	for _, p := range r.pairs {
		n, ok := r.number(p.key, p.number, p.line, 0, math.MaxInt64/2)
		rule.Value.Pairs = append(rule.Value.Pairs, Pair{p.key, n, ok})
		rule.Value.Set = rule.Value.Set && ok
		if p.key == "" || seen[p.key] {
			r.bad(p.line, "rules.problem.key_twice", p.key)
		}
		seen[p.key] = true
	}
	for _, p := range checkTable(*rule) {
		r.bad(0, p.Key, p.Args...)
	}
}

// Code is the value of r in one short text without words of a language: for programs, and to compare two rules.
func (r *Rule) Code() string {
	v := r.Value
	if !v.Set {
		return partCode(v.Pairs)
	}
	switch r.Section {
	case Limits:
		return fmt.Sprintf("%d %s %s", v.Number, v.Unit, v.Clock)
	case Params:
		return strconv.FormatInt(v.Number, 10)
	case Cadences:
		s := fmt.Sprintf("%d per %d months", v.Required, v.Window)
		if v.MaxGap > 0 {
			s += fmt.Sprintf(", gap %d days", v.MaxGap)
		}
		return s
	case Mappings:
		return v.Word
	default:
		return partCode(v.Pairs)
	}
}

// partCode writes a table on one line; a missing number is a question mark.
func partCode(pairs []Pair) string {
	var parts []string
	for _, p := range pairs {
		n := "?"
		if p.Set {
			n = strconv.FormatInt(p.Number, 10)
		}
		parts = append(parts, p.Key+" "+n)
	}
	return strings.Join(parts, ", ")
}
