package kpi

import (
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/text"
)

// PresumedUntil is the note of an answer whose period begins before the day it names: until then owners, teams or tiers
// come from the first of a series of lists of the present state (推定): "presumed_until:2026-10-02".
const PresumedUntil = "presumed_until"

// Presumed returns the day that the note [PresumedUntil] of an answer names, "" when nothing of it is presumed.
func (a Answer) Presumed() string { return presumedIn(a.Notes) }

// Presumed is the same of a page of rows.
func (s RowSet) Presumed() string { return presumedIn(s.Notes) }

func presumedIn(notes []string) string {
	for _, note := range notes {
		if day, ok := strings.CutPrefix(note, PresumedUntil+":"); ok {
			return day
		}
	}
	return ""
}

// presumedOn is the note of a period that begins before owners, teams and tiers are known: they decide about the rows of
// every measure.
func (d *Door) presumedOn(p Period) []string {
	if p.Start.Format(time.DateOnly) >= d.presumed {
		return nil
	}
	return []string{PresumedUntil + ":" + d.presumed}
}

// PresumedWords is the sentence about the feeds that are presumed on the first day of a period; "" when all is known.
func PresumedWords(l text.Lang, feeds []FeedState, p Period) string {
	first := p.Start.Format(time.DateOnly)
	var list []string
	for _, f := range feeds {
		if first >= f.PresumedUntil {
			continue
		}
		list = append(list, l.T("kpi.presumed.feed", FeedName(l, f.Feed), f.PresumedUntil))
	}
	if len(list) == 0 {
		return ""
	}
	return l.T("kpi.presumed", strings.Join(list, l.T("kpi.preliminary.and")))
}
