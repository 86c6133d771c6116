package reports

import (
	"context"
	"fmt"
	"strings"

	"github.com/kamlens/kamlens/internal/kpi"
)

// definitions prints the definition card of every measure.
func (a *asker) definitions(context.Context) (Section, error) {
	t := Table{ID: "definitions", Columns: []Column{
		{Title: a.t("col.id"), Min: 9}, {Title: a.t("col.kpi"), Min: 18, Max: 22}, {Title: a.t("col.family"), Min: 10, Max: 14},
		{Title: a.t("col.unit"), Min: 6, Max: 12}, {Title: a.t("col.direction"), Min: 8, Max: 10},
		{Title: a.t("col.formula"), Min: 30, Max: 44}, {Title: a.t("col.anchor"), Min: 16, Max: 24},
		{Title: a.t("col.maturity"), Min: 8}, {Title: a.t("col.min_n"), Min: 8},
		{Title: a.t("col.excluded"), Min: 24, Max: 36}, {Title: a.t("col.source"), Min: 24, Max: 40},
	}}
	for _, f := range kpi.Families(a.all) {
		for _, d := range f.Defs {
			t.Rows = append(t.Rows, Row{Cells: []Cell{
				textCell(d.ID), textCell(a.name(d)), textCell(f.Name(a.opts.Lang)), a.unitCell(d),
				textCell(a.word("direction", d.Direction)), textCell(a.inLang(d.FormulaZH, d.FormulaEN)),
				textCell(a.inLang(d.AnchorZH, d.AnchorEN)), countCell(int64(d.MaturityDays)), countCell(d.MinN),
				textCell(a.inLang(d.ExcludedZH, d.ExcludedEN)), textCell(a.opts.Lang.Source(d.Source)),
			}})
		}
	}
	return Section{ID: "definitions", Name: a.t("sheet.definitions"), Title: a.t("by.definitions"), Tables: []Table{t}}, nil
}

// quality prints what the numbers stand on: feeds, rejects and checks.
func (a *asker) quality(ctx context.Context) (Section, error) {
	checks, err := a.Checks(ctx)
	if err != nil {
		return Section{}, fmt.Errorf("checks: %w", err)
	}
	return Section{
		ID: "quality", Name: a.t("sheet.quality"), Title: a.t("by.quality"),
		Tables: []Table{a.feedTable(a.feeds), a.checkTable(checks)},
		Notes:  []string{a.t("note.rejects")},
	}, nil
}

func (a *asker) feedTable(feeds []kpi.FeedState) Table {
	t := Table{ID: "feeds", Caption: a.t("feeds"), Columns: []Column{
		{Title: a.t("col.feed"), Min: 24, Max: 40}, {Title: a.t("col.rows"), Min: 12}, {Title: a.t("col.batches"), Min: 8},
		{Title: a.t("col.rejected"), Min: 10}, {Title: a.t("col.first_on"), Min: 12}, {Title: a.t("col.last_on"), Min: 12},
		{Title: a.t("col.loaded_at"), Min: 20},
	}}
	var missing []string
	for _, f := range feeds {
		if f.Batches == 0 {
			missing = append(missing, a.word("feed", f.Feed))
			continue
		}
		rejected := countCell(f.Rejected)
		if f.Rejected > 0 {
			rejected.Tone = Warn
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			textCell(a.word("feed", f.Feed)), countCell(f.Rows), countCell(f.Batches), rejected,
			orDash(f.FirstOn), orDash(f.LastOn), orDash(minute(f.LoadedAt)),
		}})
	}
	if len(missing) > 0 {
		t.Rows = append(t.Rows, Row{Heading: true, Cells: words(a.t("not_loaded", strings.Join(missing, a.t("join"))))})
	}
	return t
}

// minute cuts an instant after the minutes: seconds say nothing here.
func minute(at string) string { return at[:min(len(at), len("2006-01-02 15:04"))] }

func orDash(s string) Cell {
	if s == "" {
		return noCell()
	}
	return textCell(s)
}

func (a *asker) checkTable(checks []kpi.CheckResult) Table {
	t := Table{ID: "checks", Caption: a.t("checks"), Columns: []Column{
		{Title: a.t("col.check"), Min: 24, Max: 40}, {Title: a.t("col.blocking"), Min: 8}, {Title: a.t("col.bad_rows"), Min: 8},
		{Title: a.t("col.result"), Min: 10},
	}}
	for _, c := range checks {
		result := Cell{Text: a.t("check.passed"), Tone: Good}
		switch {
		case c.BadRows > 0 && c.Blocking:
			result = Cell{Text: a.t("check.failed"), Tone: Bad}
		case c.BadRows > 0:
			result = Cell{Text: a.t("check.warning"), Tone: Warn}
		}
		blocking := a.t("no")
		if c.Blocking {
			blocking = a.t("yes")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{textCell(a.inLang(c.ZH, c.EN)), textCell(blocking), countCell(c.BadRows), result}})
	}
	return t
}
