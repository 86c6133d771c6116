package decision

import (
	"slices"
	"time"

	"github.com/kamlens/kamlens/internal/rules"
)

// Remark is what a person who decided should know of it: a key of the texts and its arguments.
type Remark struct {
	Key  string
	Args []any
}

// Remarks say how a decision of the history counts, where that is not plain from its words; book are the rules, with what was
// decided over them.
func (h History) Remarks(d Decision, book *rules.Book) []Remark {
	chain := h.Chain(d)
	from, day := said(chain, "effective_from"), d.day()
	switch k, _ := KindOf(d.Kind); {
	case k.Feed == "tier_history" && !k.Follows && from < day:
		return []Remark{{"decision.cli.tier_from", []any{day, from}}}
	case d.Kind == TierPropose && from < day:
		return []Remark{{"decision.cli.tier_past", []any{from}}}
	case d.Kind == dutyWaive:
		return waiverRemarks(d, book)
	}
	return nil
}

// Outcome is when a decision changes something.
type Outcome string

// The outcomes.
const (
	NextRun Outcome = "made"  // with the next load and run
	Waits   Outcome = "waits" // not before one of the answers is given
	Nothing Outcome = "noted" // it changes no number
)

// Outcome says when d changes something, and which kinds of answers it waits for.
func (h History) Outcome(d Decision) (o Outcome, answers []string) {
	for _, k := range Kinds() {
		if slices.Contains(k.Answers, d.Kind) {
			answers = append(answers, k.Name)
		}
	}
	switch {
	case h.counts(d):
		return NextRun, nil
	case len(answers) > 0:
		return Waits, answers
	}
	return Nothing, nil
}

// counts reports whether d is of a kind that changes numbers.
func (h History) counts(d Decision) bool {
	if d.Kind == Withdraw {
		d, _ = h.Get(d.Subject)
	}
	k, _ := KindOf(d.Kind)
	return k.Feed != "" || d.Kind == RuleSet || d.Kind == RowUphold
}

// waiverRemarks say that a waiver takes no duty out: of the days of a duty all must be waived.
func waiverRemarks(d Decision, book *rules.Book) []Remark {
	kind, first, last := d.Payload["kind"], d.Payload["window_start"], d.Payload["window_end"]
	months := book.Windows(kind, d.Subject)
	if len(months) == 0 {
		return []Remark{{"decision.cli.waives_no_kind", []any{kind}}}
	}
	for _, n := range months {
		from, to := window(first, n)
		if from < first {
			_, to = window(dayAfter(to), n)
		}
		if to <= last {
			return nil
		}
	}
	from, to := window(first, months[0])
	return []Remark{{"decision.cli.waives_nothing", []any{first, last, from, to}}}
}

// window is the calendar-aligned window of so many months that holds a day: its first and its last day (sql/staging/stg_windows.sql).
func window(day string, months int64) (first, last string) {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day, day // the columns of a decision were checked
	}
	month := (int(t.Month()) - 1) / int(months) * int(months)
	from := time.Date(t.Year(), time.Month(month+1), 1, 0, 0, 0, 0, time.UTC)
	return from.Format(time.DateOnly), from.AddDate(0, int(months), -1).Format(time.DateOnly)
}

func dayAfter(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
}
