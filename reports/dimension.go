package reports

import (
	"context"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// leads returns the measures that stand for the four families a report must show: of each the first main one that is a
// share.
func (a *asker) leads() []kpi.Definition {
	var list []kpi.Definition
	for _, family := range []string{"satisfaction", "response", "retention", "tiers"} {
		i := slices.IndexFunc(a.main, func(d kpi.Definition) bool { return d.Family == family && d.Unit == "share" })
		if i < 0 {
			i = slices.IndexFunc(a.main, func(d kpi.Definition) bool { return d.Family == family })
		}
		if i >= 0 {
			list = append(list, a.main[i])
		}
	}
	return list
}

// dimension makes the section that breaks the main measures down by dim: one table to read across, one with everything
// that belongs to each value.
func (a *asker) dimension(id string, dim kpi.Dim) func(context.Context) (Section, error) {
	return func(ctx context.Context) (Section, error) {
		total, err := a.ask(ctx, a.main, nil, false)
		if err != nil {
			return Section{}, err
		}
		split, err := a.ask(ctx, a.main, []kpi.Dim{dim}, false)
		if err != nil {
			return Section{}, err
		}
		known, err := a.members(ctx, dim)
		if err != nil {
			return Section{}, err
		}
		rows := present(known, dim, split)
		s := Section{
			ID: id, Name: a.dim(dim),
			Title:  a.t("by.dimension", strings.ToLower(a.dim(dim)), chart.PeriodName(a.opts.Lang, a.opts.Period.String())),
			Tables: []Table{a.matrix(id, dim, rows, total, split), a.details(id, dim, rows, split)},
			Notes:  []string{a.t("note.own_period"), a.t("note.no_ranking")},
		}
		if dim == kpi.ByRegion {
			for _, d := range a.leads() {
				s.Figures = append(s.Figures, a.bars(id, dim, d, rows, split[d.ID]))
			}
		}
		return s, nil
	}
}

// present returns the members that have an answer, in the door's order, then those the door does not list; the row
// without a member comes last.
func present(known []kpi.Member, dim kpi.Dim, split values) []kpi.Member {
	have := map[string]bool{}
	var rest []string
	for _, answers := range split {
		for _, x := range answers {
			if id := x.By[string(dim)]; !have[id] {
				have[id] = true
				rest = append(rest, id)
			}
		}
	}
	var list []kpi.Member
	for _, m := range known {
		if m.ID != "" && have[m.ID] {
			list = append(list, m)
			delete(have, m.ID)
		}
	}
	slices.Sort(rest)
	for _, id := range rest {
		if id != "" && have[id] {
			list = append(list, kpi.Member{ID: id})
		}
	}
	if have[""] {
		list = append(list, kpi.Member{})
	}
	return list
}

// at returns the answer of one member; without one it has no rows.
func at(answers []kpi.Answer, dim kpi.Dim, id string) kpi.Answer {
	for _, x := range answers {
		if x.By[string(dim)] == id {
			return x
		}
	}
	return kpi.Answer{Status: kpi.OK}
}

// headTitle names a measure over a column of values, with its unit where the values do not show it.
func (a *asker) headTitle(d kpi.Definition) string {
	title := a.name(d)
	if !styleOf(d).percent {
		title = a.t("head.unit", title, unitWord(a.opts.Lang, d))
	}
	if p := periodFor(d, a.opts.Period); p != a.opts.Period {
		title = a.t("head.period", title, chart.PeriodName(a.opts.Lang, p.String()))
	}
	return title
}

// matrix has a row for each member and value and n of each main measure.
func (a *asker) matrix(id string, dim kpi.Dim, rows []kpi.Member, total, split values) Table {
	t := Table{ID: id, Columns: []Column{{Title: a.dim(dim), Min: 12, Max: 24}}}
	if dim == kpi.ByManager {
		t.Columns = append(t.Columns, Column{Title: a.t("col.manager_id"), Min: 8}, Column{Title: a.dim(kpi.ByTeam), Min: 8, Max: 20})
	}
	lead := len(t.Columns)
	t.Hold = lead
	for _, d := range a.main {
		h := a.headTitle(d)
		t.Columns = append(t.Columns, Column{Group: h, Title: a.t("col.value"), Min: 8, Max: 9}, Column{Group: h, Title: a.t("col.n"), Min: 6, Max: 9})
	}
	line := func(lead []Cell, of func(d kpi.Definition) kpi.Answer) []Cell {
		for _, d := range a.main {
			x := of(d)
			lead = append(lead, a.judgedCell(d, x), mutedCount(x.N))
		}
		return lead
	}
	company := append(words(a.t("company")), make([]Cell, lead-1)...)
	t.Rows = append(t.Rows, Row{Strong: true, Cells: line(company, total.one)})
	for _, m := range rows {
		lead := words(a.label(dim, m))
		if dim == kpi.ByManager {
			lead = append(lead, textCell(m.ID), textCell(m.Team))
		}
		t.Rows = append(t.Rows, Row{Cells: line(lead, func(d kpi.Definition) kpi.Answer { return at(split[d.ID], dim, m.ID) })})
	}
	return t
}

// judgedCell is a value in a narrow column: red with a sign when its target is missed.
func (a *asker) judgedCell(d kpi.Definition, x kpi.Answer) Cell {
	if x.Status == kpi.SmallSample {
		return mutedCell(a.t("status.few"))
	}
	c := valueCell(a.opts.Lang, d, x)
	if good, judged := met(d, x); judged && !good {
		c.Tone, c.Text, c.Format = Bad, "▼ "+c.Text, marked(c.Format)
	}
	return c
}

// marked puts the sign of a missed target before every section of a number format; negative numbers keep their minus.
func marked(format string) string { return `"▼ "` + format + `;"▼ "-` + format }

// mutedCount is a sample size beside a value.
func mutedCount(n int64) Cell {
	c := countCell(n)
	c.Tone = Muted
	return c
}

// details has a row for each measure and member, with everything that belongs to the value.
func (a *asker) details(id string, dim kpi.Dim, rows []kpi.Member, split values) Table {
	l, interval := a.opts.Lang, a.t("col.interval")
	t := Table{
		ID: id + "-details", Caption: a.t("details"), Folded: true, Filter: true,
		Columns: []Column{
			{Title: a.dim(dim), Min: 12, Max: 24}, {Title: a.t("col.id"), Min: 8}, {Title: a.t("col.kpi"), Min: 8},
			{Title: a.t("col.value"), Min: 8}, {Title: a.t("col.n"), Min: 6},
			{Group: interval, Title: a.t("col.low"), Min: 8}, {Group: interval, Title: a.t("col.high"), Min: 6},
			{Title: a.t("col.target"), Min: 8}, {Title: a.t("col.met"), Min: 6}, {Title: a.t("col.status"), Min: 8},
		},
	}
	for _, d := range a.main {
		for _, m := range rows {
			x := at(split[d.ID], dim, m.ID)
			s, ok := styleOf(d), shown(x.Status, x.Value)
			t.Rows = append(t.Rows, Row{Cells: []Cell{
				textCell(a.label(dim, m)), textCell(d.ID), textCell(a.headTitle(d)), valueCell(l, d, x), countCell(x.N),
				numberCell(s, ok, x.Low), numberCell(s, ok, x.High), numberCell(s, true, x.Target), metCell(l, d, x), statusCell(l, x),
			}})
		}
	}
	return t
}

// bars draws one measure by member.
func (a *asker) bars(id string, dim kpi.Dim, d kpi.Definition, rows []kpi.Member, answers []kpi.Answer) Figure {
	names := map[string]string{}
	for _, m := range rows {
		names[m.ID] = a.label(dim, m)
	}
	f := a.figure(id+"-"+d.ID, d, chart.Bars(a.opts.Lang, d, answers, func(id string) string { return names[id] }))
	f.Bars = true
	for _, m := range rows {
		x := at(answers, dim, m.ID)
		f.add(d, names[m.ID], x)
	}
	return f
}

func (a *asker) figure(id string, d kpi.Definition, c chart.Chart) Figure {
	title := a.headTitle(d)
	return Figure{ID: id, Title: title, Chart: c, Series: a.name(d), Format: styleOf(d).format()}
}

// add puts one answer on a figure; what may not be read is a gap.
func (f *Figure) add(d kpi.Definition, label string, x kpi.Answer) {
	var v *float64
	if shown(x.Status, x.Value) {
		n := styleOf(d).cell(*x.Value).Number
		v = &n
	}
	f.Labels, f.Values = append(f.Labels, label), append(f.Values, v)
	if x.Target != nil && f.Target == nil {
		n := styleOf(d).cell(*x.Target).Number
		f.Target = &n
	}
}

// trend has the main measures month by month, and of the lead ones a picture.
func (a *asker) trend(ctx context.Context) (Section, error) {
	got, err := a.trends(ctx, a.main, trendMonths)
	if err != nil {
		return Section{}, err
	}
	now, err := a.ask(ctx, a.main, nil, false) // for the targets
	if err != nil {
		return Section{}, err
	}
	s := Section{ID: "trend", Name: a.t("sheet.trend"), Title: a.t("by.trend", trendMonths), Notes: []string{a.t("note.gaps")}}
	var byMonth, others []kpi.Definition
	for _, d := range a.main {
		if monthly(d) {
			byMonth = append(byMonth, d)
		} else {
			others = append(others, d)
		}
	}
	s.Tables = append(s.Tables, a.trendTable("trend", "", byMonth, got))
	for _, d := range others {
		s.Tables = append(s.Tables, a.trendTable("trend-"+d.ID, a.name(d), []kpi.Definition{d}, got))
	}
	for _, d := range a.leads() {
		target := now.one(d).Target
		f := a.figure("trend-"+d.ID, d, chart.Trend(a.opts.Lang, d, got[d.ID], target))
		f.Title = a.name(d)
		for _, x := range got[d.ID] {
			x.Target = target
			f.add(d, x.Period, x)
		}
		s.Figures = append(s.Figures, f)
	}
	return s, nil
}

func (a *asker) trendTable(id, caption string, defs []kpi.Definition, got values) Table {
	t := Table{ID: id, Caption: caption, Columns: []Column{{Title: a.t("col.period"), Min: 12}}}
	if len(defs) == 0 {
		return t
	}
	for _, d := range defs {
		h := a.name(d)
		if !styleOf(d).percent {
			h = a.t("head.unit", h, unitWord(a.opts.Lang, d))
		}
		t.Columns = append(t.Columns, Column{Group: h, Title: a.t("col.value"), Min: 8, Max: 9}, Column{Group: h, Title: a.t("col.n"), Min: 6, Max: 9})
	}
	for i, first := range got[defs[0].ID] {
		row := Row{Cells: words(chart.PeriodName(a.opts.Lang, first.Period))}
		for _, d := range defs {
			x := kpi.Answer{Status: kpi.OK}
			if i < len(got[d.ID]) {
				x = got[d.ID][i]
			}
			row.Cells = append(row.Cells, a.judgedCell(d, x), mutedCount(x.N))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// inLang returns the text of the reader's language.
func (a *asker) inLang(zh, en string) string {
	if a.opts.Lang == text.EN {
		return en
	}
	return zh
}
