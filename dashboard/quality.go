package dashboard

import (
	"fmt"

	"github.com/kamlens/kamlens/internal/kpi"
)

// qualityPage answers: may I trust the numbers?
type qualityPage struct {
	base
	Feeds         []feedRow
	Missing       string     // feeds that were never loaded
	Checks        []checkRow // those that found rows
	Passed        []checkRow
	Batches       []kpi.Batch
	Rejects       []rejectRow
	ShowingReject string
}

type feedRow struct {
	kpi.FeedState
	Name                            string
	RowCount, BatchCount, BadValues string
}

type checkRow struct {
	Name, Title, BadRows, Blocks string
	Kind                         string // met, wait (found rows, does not block) or missed
	Sign                         string
}

type rejectRow struct {
	kpi.Reject
	Why string
}

// How many lines the lists of the page hold at most.
const maxBatches, maxRejects = 200, 100

// quality shows what the numbers stand on.
func (s *Server) quality(a *ask) (view, error) {
	p := qualityPage{base: a.base(a.l.T("dashboard.nav.quality"))}
	feeds, err := a.lease.Feeds(a.ctx, a.scope)
	if err != nil {
		return view{}, fmt.Errorf("feeds: %w", err)
	}
	var rejected int64
	var missing []string
	for _, f := range feeds {
		rejected += f.Rejected
		name := word(a.l, "feed", f.Feed)
		if f.Rows == 0 && f.Batches == 0 {
			missing = append(missing, name)
			continue
		}
		f.LoadedAt = toMinute(f.LoadedAt)
		p.Feeds = append(p.Feeds, feedRow{f, name, kpi.FormatCount(f.Rows), kpi.FormatCount(f.Batches), kpi.FormatCount(f.Rejected)})
	}
	p.Missing = joined(a.l.T("dashboard.list.comma"), missing, func(s string) string { return s })
	checks, err := a.lease.Checks(a.ctx)
	if err != nil {
		return view{}, fmt.Errorf("checks: %w", err)
	}
	for _, c := range checks {
		if c.BadRows == 0 {
			p.Passed = append(p.Passed, a.checkRow(c))
			continue
		}
		p.Checks = append(p.Checks, a.checkRow(c))
	}
	if p.Batches, err = a.lease.Batches(a.ctx, a.scope, maxBatches); err != nil {
		return view{}, fmt.Errorf("batches: %w", err)
	}
	for i := range p.Batches {
		p.Batches[i].ReceivedAt = toMinute(p.Batches[i].ReceivedAt)
	}
	rejects, err := a.lease.Rejects(a.ctx, a.scope, maxRejects)
	if err != nil {
		return view{}, fmt.Errorf("rejects: %w", err)
	}
	for _, r := range rejects {
		p.Rejects = append(p.Rejects, rejectRow{r, word(a.l, "reject", r.Code)})
	}
	p.ShowingReject = a.l.T("dashboard.quality.showing", len(rejects), kpi.FormatCount(rejected))
	return view{"quality", p}, nil
}

// toMinute cuts an instant as text to its minute.
func toMinute(s string) string { return s[:min(len(s), len("2026-11-01 02:00"))] }

// checkRow words one check.
func (a *ask) checkRow(c kpi.CheckResult) checkRow {
	row := checkRow{
		Name: c.Name, Title: pick(a.l, c.ZH, c.EN), BadRows: kpi.FormatCount(c.BadRows), Kind: "met",
		Blocks: a.l.T("dashboard.no"),
	}
	if c.Blocking {
		row.Blocks = a.l.T("dashboard.yes")
	}
	switch {
	case c.BadRows > 0 && c.Blocking:
		row.Kind = "missed"
	case c.BadRows > 0:
		row.Kind = "wait"
	}
	row.Sign = a.l.T("dashboard.check." + row.Kind)
	return row
}
