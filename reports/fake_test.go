package reports

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/kpi"
)

// fake is a door with planted answers.
type fake struct {
	defs    []kpi.Definition
	members map[kpi.Dim][]kpi.Member
	planted map[string]kpi.Answer // by plantKey; anything else is made up from the question
	missed  int                   // rows of the first measure that were missed, for each manager
	blank   bool
	fail    error
	asOf    time.Time
	queries int
	lines   []kpi.Adjustment // beside the answers of S1
}

func plantKey(id, period, member string) string { return id + "|" + period + "|" + member }

func ptr[T any](v T) *T { return &v }

// newFake has one measure of each kind that documents treat in their own way.
func newFake(latin bool) *fake {
	name := func(zh, en string) string {
		if latin {
			return en
		}
		return zh
	}
	def := func(id, of, zh, en, family, kind, over, unit, direction string, periods ...string) kpi.Definition {
		return kpi.Definition{
			ID: id, Of: of, Main: id == of, NameZH: zh, NameEN: en, Family: family, Kind: kind, OverTime: over, Unit: unit,
			Direction: direction, Scale: 1, MinN: 10, Periods: periods, AnchorZH: "截止时间", AnchorEN: "the deadline",
			FormulaZH: "达到数 / 应达到数", FormulaEN: "met / due", ExcludedZH: "并单、重复", ExcludedEN: "merged, duplicate",
			Source: "本系统建议",
		}
	}
	all := []string{"month", "quarter", "half", "year"}
	return &fake{
		asOf: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		defs: []kpi.Definition{
			def("S1", "S1", "满意率", "satisfied share", "satisfaction", "ratio", "sum", "share", "up", all...),
			def("S2", "S2", "净推荐值", "promoters less detractors", "satisfaction", "mean", "sum", "points", "up", all...),
			def("R1", "R1", "响应及时率", "answered in time", "response", "ratio", "sum", "share", "up", all...),
			def("R2", "R2", "响应时长", "time to answer", "response", "duration", "sum", "seconds", "down", all...),
			def("R2.calendar", "R2", "响应时长（自然时间）", "time to answer, calendar", "response", "duration", "sum", "seconds", "down", all...),
			def("Q1", "Q1", "投诉率", "complaints", "complaints", "exposure", "sum", "per_100_months", "down", all...),
			def("G1", "G1", "保有率", "customers kept", "retention", "cohort", "own", "share", "up", all...),
			def("K1", "K1", "级别提升率", "tier upgrades", "tiers", "cohort", "own", "share", "up", "quarter", "year"),
		},
		members: map[kpi.Dim][]kpi.Member{
			kpi.ByManager: {
				{ID: "M001", Name: name("张三", "Ann Ash"), Team: name("一部", "Team One")},
				{ID: "M002", Name: "=cmd|' /C calc'!A0", Team: name("一部", "Team One")},
				{ID: "M003", Name: name("李四", "Ben Birch"), Team: "+1"},
			},
			kpi.ByTeam:   {{ID: name("一部", "Team One"), Name: name("一部", "Team One")}, {ID: "+1", Name: "+1"}},
			kpi.ByRegion: {{ID: name("东区", "East"), Name: name("东区", "East")}, {ID: name("西区", "West"), Name: name("西区", "West")}},
			kpi.ByTier:   {{ID: "1", Name: "1"}, {ID: "2", Name: "2"}},
		},
		planted: map[string]kpi.Answer{},
	}
}

func (f *fake) plant(id, period, member string, a kpi.Answer) {
	f.planted[plantKey(id, period, member)] = a
}

// manyManagers adds managers until there are n: enough for a long table.
func (f *fake) manyManagers(n int) {
	for i := len(f.members[kpi.ByManager]); i < n; i++ {
		id := fmt.Sprintf("M%03d", i+1)
		f.members[kpi.ByManager] = append(f.members[kpi.ByManager], kpi.Member{ID: id, Name: "N" + id, Team: "+1"})
	}
}

func (f *fake) Catalogue() []kpi.Definition { return slices.Clone(f.defs) }

func (f *fake) Members(_ context.Context, s kpi.Scope, dim kpi.Dim) ([]kpi.Member, error) {
	if !s.All {
		return nil, nil
	}
	return slices.Clone(f.members[dim]), nil
}

// Flows: of K1 two went from tier 2 to 1, thirty stayed, one was lost.
func (f *fake) Flows(_ context.Context, s kpi.Scope, q kpi.ExplainQuestion) (kpi.Flows, error) {
	if !s.All || q.KPI != "K1" || q.Period.String() != "2026-Q3" {
		return kpi.Flows{}, f.fail
	}
	return kpi.Flows{From: []string{"1", "2"}, To: []string{"1", "2", "lost"}, Rows: [][]int64{{4, 0, 0}, {2, 30, 1}}}, f.fail
}

func (f *fake) Adjustments(_ context.Context, s kpi.Scope, period kpi.Period) ([]kpi.Adjustment, error) {
	if !s.All || period.String() != "2026-10" {
		return nil, f.fail
	}
	return f.lines, f.fail
}

// Adjusted takes what the lines say off or on.
func (f *fake) Adjusted(ctx context.Context, s kpi.Scope, q kpi.Question) ([]kpi.Adjusted, error) {
	answers, err := f.Query(ctx, s, q)
	var list []kpi.Adjusted
	for _, a := range answers {
		x := kpi.Adjusted{Answer: a, AdjustedNum: ptr(*a.Num), AdjustedDen: ptr(*a.Den)}
		for _, l := range f.lines {
			if manager, by := a.By["manager"]; l.KPI == a.KPI && (!by || manager == l.ManagerID) {
				x.Lines = append(x.Lines, l)
				*x.AdjustedNum, *x.AdjustedDen = *x.AdjustedNum+*l.Num, *x.AdjustedDen+*l.Den
			}
		}
		x.AdjustedValue = ptr(float64(*x.AdjustedNum) / float64(*x.AdjustedDen))
		list = append(list, x)
	}
	return list, err
}

func (f *fake) Stamp() kpi.Stamp {
	return kpi.Stamp{Snapshot: "snap-01.duckdb", AsOf: f.asOf, DataTo: "2026-10-31", ChecksPassed: 57, ChecksTotal: 58, Warnings: 1, Demo: true}
}

func (f *fake) Feeds(context.Context, kpi.Scope) ([]kpi.FeedState, error) {
	return []kpi.FeedState{
		{Feed: "cases", Rows: 4580, Batches: 2, Rejected: 3, FirstOn: "2024-11-01", LastOn: "2026-10-31", LoadedAt: "2026-11-01 07:00:00"},
		{Feed: "visits"},
	}, nil
}

func (f *fake) Checks(context.Context) ([]kpi.CheckResult, error) {
	return []kpi.CheckResult{
		{Name: "a", ZH: "每单一行", EN: "one row a case", Blocking: true},
		{Name: "b", ZH: "未来日期", EN: "dates in the future", BadRows: 2},
	}, nil
}

// Query answers every measure for every member; a number depends on measure, period and member only.
func (f *fake) Query(_ context.Context, s kpi.Scope, q kpi.Question) ([]kpi.Answer, error) {
	f.queries++
	if f.fail != nil || !s.All {
		return nil, f.fail
	}
	var list []kpi.Answer
	for i, d := range f.defs {
		if !slices.Contains(q.KPIs, d.ID) {
			continue
		}
		if len(q.By) == 0 {
			list = append(list, f.answer(i, q.Period.String(), "", nil, q.Compare))
			continue
		}
		if q.By[0] == kpi.ByMonth {
			for m := calendar.MonthOf(q.Period.Start); m.Start.Before(q.Period.End); m = m.Shift(1) {
				list = append(list, f.answer(i, m.String(), "", map[string]string{"month": m.String()}, false))
			}
			continue
		}
		for _, m := range append(slices.Clone(f.members[q.By[0]]), kpi.Member{}) {
			list = append(list, f.answer(i, q.Period.String(), m.ID, map[string]string{string(q.By[0]): m.ID}, false))
		}
	}
	return list, nil
}

func (f *fake) answer(i int, period, member string, by map[string]string, compare bool) kpi.Answer {
	d := f.defs[i]
	a, ok := f.planted[plantKey(d.ID, period, member)]
	if !ok {
		v := 0.80 + 0.01*float64(i) + 0.001*float64(len(member))
		if d.Unit == "seconds" {
			v = 3600 * (1 + v)
		}
		a = kpi.Answer{Status: kpi.OK, Value: &v, Low: ptr(v * 0.95), High: ptr(v * 1.05), N: 100 + int64(i), Num: ptr(int64(80 + i)), Den: ptr(int64(100 + i))}
		if d.Kind == "duration" {
			a.P50, a.P90 = &v, ptr(3*v)
		}
		if compare {
			a.Previous = &kpi.Comparison{Period: "2026-09", Value: ptr(v - 0.01), Status: kpi.OK, N: 90}
			a.YearAgo = &kpi.Comparison{Period: "2025-10", Status: kpi.SmallSample, N: 4, Value: ptr(1.0)}
		}
	}
	if f.blank {
		a = kpi.Answer{Status: kpi.OK}
	}
	a.KPI, a.Period, a.By = d.ID, period, by
	return a
}

// Explain gives each manager f.missed missed cases, and one that was kept, for the first measure; pages of at most q.Limit
// rows. They fell due at noon; the n-th was done n minutes later, every seventh never.
func (f *fake) Explain(_ context.Context, _ kpi.Scope, q kpi.ExplainQuestion) (kpi.RowSet, error) {
	set := kpi.RowSet{KPI: q.KPI, Limit: q.Limit, Offset: q.Offset}
	if q.KPI != f.defs[0].ID {
		return set, nil
	}
	ids := q.Filter[kpi.ByManager]
	set.Total = int64(len(ids) * (f.missed + 1))
	for i := q.Offset; i < int(set.Total) && len(set.Rows) < q.Limit; i++ {
		set.Rows = append(set.Rows, kpi.Row{
			SubjectID: fmt.Sprintf("W%04d", i), SubjectKind: "case", EventAt: "2026-10-09 08:30:00", AnchorOn: "2026-10-09",
			CustomerID: "C1", CustomerName: "@SUM(1)", ManagerID: ids[i/(f.missed+1)], Tier: ptr(int64(2)), Kind: "fault",
			Severity: "urgent", Num: ptr(int64(0)), Den: ptr(int64(1)), Details: caseDetails("2026-10-09 12:00:00", doneAt(i%(f.missed+1)), 1800),
		})
	}
	for i := range set.Rows {
		if (q.Offset+i)%(f.missed+1) == f.missed {
			set.Rows[i].Num = ptr(int64(1))
		}
	}
	return set, nil
}

func doneAt(n int) any {
	if n%7 == 6 {
		return nil
	}
	return time.Date(2026, 10, 9, 12, n, 0, 0, time.UTC).Format(time.DateTime)
}

// caseDetails are the details that measures of cases give of a row.
func caseDetails(due, done any, took int64) []kpi.Detail {
	return []kpi.Detail{{Name: "due_at", Value: due}, {Name: "done_at", Value: done}, {Name: "took_work_s", Value: took}, {Name: "rule_version", Value: "r1"}}
}

// Lacks: nobody loaded visits, and nothing is configured.
func (f *fake) Lacks(_ kpi.Definition, s kpi.Status, _ kpi.Period) []string {
	return map[kpi.Status][]string{kpi.NoData: {"visits"}, kpi.Unset: {"rule_limits.resolution"}}[s]
}

// Tables: one plain table with every unit that a document writes in its own way.
func (f *fake) Tables() []kpi.TableDef {
	kept := kpi.TableColumn{Name: "rate", Unit: "share", Num: "done", Den: "owed", ZH: "兑现率", EN: "Share kept"}
	change := kpi.TableColumn{Name: "more", Unit: "change", Num: "done", Den: "owed", ZH: "变化", EN: "Change"}
	return []kpi.TableDef{{
		Name: "service_plan", NameZH: "分级服务方案", NameEN: "Service plan", NoteZH: "按周期计。", NoteEN: "By window.",
		Columns: []kpi.TableColumn{
			{Name: "tier", Unit: "tier", ZH: "级别", EN: "Tier"}, {Name: "owed", Unit: "count", ZH: "应提供", EN: "Owed"},
			{Name: "done", Unit: "count", ZH: "已提供", EN: "Delivered"}, kept, change,
			{Name: "fen", Unit: "fen", ZH: "收入", EN: "Revenue"}, {Name: "took_s", Unit: "seconds", ZH: "时长", EN: "Time"},
		},
	}}
}

// Table has two lines, the second without numbers.
func (f *fake) Table(ctx context.Context, s kpi.Scope, q kpi.TableQuestion) (kpi.TableRows, error) {
	t := kpi.TableRows{TableDef: f.Tables()[0], Period: q.Period.String(), Status: kpi.OK}
	if s.All && !f.blank {
		t.Rows = [][]kpi.TableCell{
			{{Word: "1"}, {Number: ptr(4.0)}, {Number: ptr(3.0)}, {Number: ptr(0.75), Low: ptr(0.301), High: ptr(0.954)}, {Number: ptr(-0.25)}, {Number: ptr(123456.0)}, {Number: ptr(5400.0)}},
			{{Word: "2"}, {Number: ptr(0.0)}, {Number: ptr(0.0)}, {}, {}, {}, {}},
		}
	}
	return t, f.fail
}
