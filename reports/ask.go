package reports

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// Options say what a document is about.
type Options struct {
	Period kpi.Period
	Lang   text.Lang
	Now    time.Time // when the document is made, civil: printed on it
}

// asker asks the door for one document: it holds what every question has in common.
type asker struct {
	Source
	scope kpi.Scope
	opts  Options
	all   []kpi.Definition // the catalogue
	main  []kpi.Definition // of it, the main measure of each block, by family
	own   []kpi.Definition // of these, what may be charged to a manager

	minutes map[string]bool // measures whose durations are told in minutes
	open    string          // that the period is not over, "" when it is
	company values          // of the main measures over the period, as far as the scope sees the company
	feeds   []kpi.FeedState

	detailRows []Row // what the sections by dimension leave for the section of details
}

func newAsker(src Source, scope kpi.Scope, o Options) *asker {
	a := &asker{Source: src, scope: scope, opts: o, all: src.Catalogue(), minutes: map[string]bool{}}
	for _, f := range kpi.Families(a.all) {
		for _, d := range f.Defs {
			if d.Main {
				a.main = append(a.main, d)
			}
			if d.Main && d.Charged() {
				a.own = append(a.own, d)
			}
		}
	}
	return a
}

// prepare refuses a document without content, and settles what all its parts have in common.
func (a *asker) prepare(ctx context.Context) error {
	if err := a.refuse(ctx); err != nil {
		return err
	}
	return a.chooseUnits(ctx)
}

// refuse fails when there is nothing to report, and settles what there is to say of a period that is not over: the period had not begun at the snapshot's instant, or no main measure
// has a single row in it. A report without numbers is never made.
func (a *asker) refuse(ctx context.Context) error {
	p := a.opts.Period
	if asOf := a.Stamp().AsOf; !p.Start.Before(asOf) {
		return fault.New(fault.Refused, "reports.not_begun", p.String(), asOf.Format("2006-01-02 15:04"))
	}
	var err error
	if a.company, err = a.ask(ctx, a.main, nil, false); err != nil {
		return err
	}
	if a.feeds, err = a.Feeds(ctx, a.scope); err != nil {
		return fmt.Errorf("feeds: %w", err)
	}
	var answers []kpi.Answer
	rows := false
	for _, d := range a.main {
		answers, rows = append(answers, a.company.one(d)), rows || a.company.one(d).N > 0
	}
	if rows {
		a.open, _ = kpi.Preliminary(a.opts.Lang, a.Stamp(), p, chart.PeriodName(a.opts.Lang, p.String()), a.main, answers)
		return nil
	}
	return fault.New(fault.Refused, "reports.blank", p.String())
}

func (a *asker) t(key string, args ...any) string { return a.opts.Lang.T("reports."+key, args...) }

func (a *asker) name(d kpi.Definition) string { return d.Name(a.opts.Lang) }

// values maps a measure's id to its answers.
type values map[string][]kpi.Answer

// one returns the only answer of a measure; without one there is no value, and no sample either.
func (v values) one(d kpi.Definition) kpi.Answer {
	if list := v[d.ID]; len(list) > 0 {
		return list[0]
	}
	return kpi.Answer{KPI: d.ID, Status: kpi.NotDefined}
}

// ask answers defs, each over the period that fits it ([kpi.Definition.Within]), with one question for each such period.
func (a *asker) ask(ctx context.Context, defs []kpi.Definition, by []kpi.Dim, compare bool) (values, error) {
	ids := map[kpi.Period][]string{}
	var periods []kpi.Period
	for _, d := range defs {
		p := d.Within(a.opts.Period)
		if ids[p] == nil {
			periods = append(periods, p)
		}
		ids[p] = append(ids[p], d.ID)
	}
	got := values{}
	for _, p := range periods {
		if err := a.collect(ctx, got, kpi.Question{KPIs: ids[p], Period: p, By: by, Compare: compare}); err != nil {
			return nil, err
		}
	}
	return got, nil
}

func (a *asker) collect(ctx context.Context, into values, q kpi.Question) error {
	answers, err := a.Query(ctx, a.scope, q)
	if err != nil {
		return fmt.Errorf("ask %s over %s: %w", strings.Join(q.KPIs, ","), q.Period, err)
	}
	for _, x := range answers {
		into[x.KPI] = append(into[x.KPI], x)
	}
	return nil
}

// monthly reports whether d has a value for single months.
func monthly(d kpi.Definition) bool {
	return d.OverTime != "own" || slices.Contains(d.Periods, string(calendar.Month))
}

// trends answers defs for each of the last months of the report, oldest first; a measure that has no months is answered
// for each of its shortest periods in that time. Periods without rows are there, without a value.
func (a *asker) trends(ctx context.Context, defs []kpi.Definition, months int) (values, error) {
	span := trailing(a.opts.Period, months)
	var ids []string
	got := values{}
	for _, d := range defs {
		if monthly(d) {
			ids = append(ids, d.ID)
			continue
		}
		for _, p := range ownPeriods(d, span) {
			if err := a.collect(ctx, got, kpi.Question{KPIs: []string{d.ID}, Period: p}); err != nil {
				return nil, err
			}
		}
	}
	if len(ids) == 0 {
		return got, nil
	}
	raw := values{}
	if err := a.collect(ctx, raw, kpi.Question{KPIs: ids, Period: span, By: []kpi.Dim{kpi.ByMonth}}); err != nil {
		return nil, err
	}
	for _, id := range ids {
		got[id] = everyMonth(id, span, raw[id])
	}
	return got, nil
}

// ownPeriods returns the shortest periods d knows that lie in span.
func ownPeriods(d kpi.Definition, span kpi.Period) []kpi.Period {
	for _, k := range calendar.Lengths() {
		if !slices.Contains(d.Periods, string(k.Kind)) {
			continue
		}
		var list []kpi.Period
		for p := calendar.LastWhole(k.Months, span.End); !p.Start.Before(span.Start); p = p.Previous() {
			list = append(list, p)
		}
		slices.Reverse(list)
		return list
	}
	return nil
}

// everyMonth puts the answers of one measure on every month of span.
func everyMonth(id string, span kpi.Period, answers []kpi.Answer) []kpi.Answer {
	known := map[string]kpi.Answer{}
	for _, x := range answers {
		known[x.By[string(kpi.ByMonth)]] = x
	}
	list := make([]kpi.Answer, 0, span.Months())
	for m := calendar.MonthOf(span.Start); m.Start.Before(span.End); m = m.Shift(1) {
		x, ok := known[m.String()]
		if !ok {
			x = kpi.Answer{KPI: id, By: map[string]string{string(kpi.ByMonth): m.String()}, Status: kpi.OK}
		}
		x.Period = m.String()
		list = append(list, x)
	}
	return list
}

// members returns the values of a dimension in the door's order, and their names.
func (a *asker) members(ctx context.Context, dim kpi.Dim) ([]kpi.Member, error) {
	list, err := a.Members(ctx, a.scope, dim)
	if err != nil {
		return nil, fmt.Errorf("members of %s: %w", dim, err)
	}
	return list, nil
}

// label names a member of a dimension; "" is the row without one.
func (a *asker) label(dim kpi.Dim, m kpi.Member) string {
	return kpi.Label(a.opts.Lang, dim, m.ID, m.Name)
}

// dim names a dimension.
func (a *asker) dim(dim kpi.Dim) string { return a.opts.Lang.T("kpi.dim." + string(dim)) }

// live returns the measures that have a row in any of the answers: the others would be empty columns.
func live(defs []kpi.Definition, got ...values) []kpi.Definition {
	return slices.DeleteFunc(slices.Clone(defs), func(d kpi.Definition) bool {
		return !slices.ContainsFunc(got, func(v values) bool {
			return slices.ContainsFunc(v[d.ID], func(x kpi.Answer) bool {
				return x.N > 0 || x.Status == kpi.OK && !x.Rowless() || x.Status == kpi.Immature
			})
		})
	})
}

// byFamily are the rows of a table that lists measures by family: a heading, a row for each measure that has something to
// show, and a line for those that lack the same.
func (a *asker) byFamily(table string, defs []kpi.Definition, answer func(kpi.Definition) kpi.Answer, row func(kpi.Definition) []Cell) []Row {
	var rows []Row
	for _, f := range kpi.Families(defs) {
		rows = append(rows, Row{Heading: true, ID: table + "-" + f.ID, Cells: words(f.Name(a.opts.Lang))})
		shown, gaps := kpi.SplitGaps(a.opts.Lang, a, f.Defs, a.opts.Period, answer)
		for _, d := range shown {
			rows = append(rows, Row{Cells: row(d)})
		}
		for _, g := range gaps {
			var names []string
			for _, d := range g.Defs {
				names = append(names, d.ID+" "+a.name(d))
			}
			rows = append(rows, Row{Note: true, Cells: words(a.t("gap", g.Why, strings.Join(names, a.t("join"))))})
		}
	}
	return rows
}

// word translates a code of the data, e.g. a case's kind; an unknown one stays as it is.
func (a *asker) word(group, code string) string {
	return a.opts.Lang.Name("reports.word."+group+".", code)
}
