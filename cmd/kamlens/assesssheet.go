package main

import (
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/assess"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/text"
)

// assessTable lays sheets out for people: a row a line, a row a deduction, and the total.
func assessTable(l text.Lang, door *kpi.Door, r assess.Report) sheet {
	t := sheet{text: 4}
	for _, key := range []string{"manager", "line", "name", "dimension", "weight", "weight_used", "n", "raw", "interval", "adjusted", "interval",
		"shrunk", "interval", "goal", "points", "interval", "earned", "note"} {
		t.head = append(t.head, l.T("assess.head."+key))
	}
	for _, s := range r.Sheets {
		who := people.Signature(s.ManagerID, s.ManagerName)
		for _, x := range s.Lines {
			t.rows = append(t.rows, append([]string{who}, lineCells(l, door, x)...))
		}
		for _, x := range s.Deductions {
			def, name := cardName(l, door, x.KPI)
			note := ""
			if x.Status != assess.LineScored {
				note = assessStatus(l, x.Status)
			}
			row := []string{who, x.KPI, name, l.T("assess.deduction"), "", "", kpi.FormatCount(x.N), kpi.Format(l, def, x.Raw.Value),
				kpi.FormatInterval(l, def, x.Raw.Value, x.Raw.Low, x.Raw.High, nil), "", "", "", "", "", "", "", points(l, minus(x.Off)), note}
			t.rows = append(t.rows, row)
		}
		t.rows = append(t.rows, []string{who, l.T("assess.total"), "", "", "", percent(l, s.WeightKept), "", "", "", "", "", "", "", "",
			kpi.FormatAgainst(l, assess.PointUnit(), s.Total.Value, s.Boundary), kpi.FormatInterval(l, assess.PointUnit(), s.Total.Value, s.Total.Low, s.Total.High, nil), "",
			strings.Join(sheetWords(l, s), l.T("kpi.preliminary.join"))})
	}
	return t
}

// lineCells are the cells of a line after the manager.
func lineCells(l text.Lang, door *kpi.Door, x assess.Line) []string {
	def, name := cardName(l, door, x.KPI)
	dimension := kpi.None
	if x.Dimension != "" {
		dimension = l.T("rules.dimension." + x.Dimension)
	}
	adjusted, shrunk := orNoFigure(x.Adjusted), orNoFigure(x.Shrunk)
	goal := strings.Join([]string{kpi.Format(l, def, x.Floor), kpi.Format(l, def, x.Target), kpi.Format(l, def, x.Stretch)}, " / ")
	return []string{x.KPI, name, dimension, strconv.FormatInt(x.Weight, 10), points(l, &x.Used), kpi.FormatCount(x.N),
		kpi.Format(l, def, x.Raw.Value), kpi.FormatInterval(l, def, x.Raw.Value, x.Raw.Low, x.Raw.High, nil),
		kpi.Format(l, def, adjusted.Value), kpi.FormatInterval(l, def, adjusted.Value, adjusted.Low, adjusted.High, nil),
		kpi.Format(l, def, shrunk.Value), kpi.FormatInterval(l, def, shrunk.Value, shrunk.Low, shrunk.High, nil), goal,
		points(l, x.Points.Value), kpi.FormatInterval(l, assess.PointUnit(), x.Points.Value, x.Points.Low, x.Points.High, nil), points(l, x.Earned),
		strings.Join(assessNotes(l, def, x), l.T("kpi.preliminary.join"))}
}

func points(l text.Lang, v *float64) string { return kpi.Format(l, assess.PointUnit(), v) }

func percent(l text.Lang, v float64) string {
	v /= 100
	return kpi.Format(l, kpi.Definition{Unit: kpi.UnitShare}, &v)
}

// minus is -v, and 0 of 0: a float has a zero with a sign, which nobody took off.
func minus(v float64) *float64 {
	v = 0 - v
	return &v
}

func orNoFigure(f *assess.Figure) assess.Figure {
	if f == nil {
		return assess.Figure{}
	}
	return *f
}

// sheetWords says what came of a sheet: the grade and where it stands, or why there is none.
func sheetWords(l text.Lang, s assess.Sheet) []string {
	if s.State != assess.Scored {
		words := []string{l.T("assess.state." + string(s.State))}
		for _, reason := range s.Reasons {
			words = append(words, reasonWords(l, s, reason))
		}
		return words
	}
	words := []string{l.T("assess.state.scored", s.Grade)}
	if s.Coefficient != nil {
		words = append(words, l.T("assess.coefficient", *s.Coefficient))
	}
	if s.Training != "" {
		words = append(words, l.T("assess.training", s.Training))
	}
	if s.CappedBy != "" {
		words = append(words, l.T("assess.capped", s.CappedBy))
	}
	words = append(words, l.T("assess.rank", s.Rank, s.Peers))
	if tied := s.Tied(l); tied != "" {
		words = append(words, tied)
	}
	for _, reason := range s.Reasons {
		words = append(words, reasonWords(l, s, reason))
	}
	return words
}

func reasonWords(l text.Lang, s assess.Sheet, reason string) string {
	code, of, _ := strings.Cut(reason, ":")
	key := "assess.reason." + code
	switch code {
	case "immature", "undefined":
		return l.T(key, of)
	case "unset":
		if named := "rules.name." + of; text.Has(named) {
			return l.T(key, l.T(named))
		}
		return l.T(key, l.T("rules.section."+of))
	case "exposure":
		return l.T(key, s.PresentDays, s.WorkDays)
	case "weight":
		return l.T(key, percent(l, s.WeightKept))
	case "left":
		return l.T(key, s.LeftOn)
	}
	return l.T(key)
}

// assessCSV lays sheets out for programs: unrounded, in codes; the total has the line "total".
func assessCSV(l text.Lang, door *kpi.Door, r assess.Report) sheet {
	t := sheet{text: 9, head: []string{"period", "manager_id", "manager_name", "team", "role", "scorecard", "line", "name", "dimension",
		"weight", "weight_used", "num", "den", "n", "raw", "raw_low", "raw_high", "adjusted", "adjusted_low", "adjusted_high", "expected", "company",
		"shrunk", "shrunk_low", "shrunk_high", "prior_mean", "prior_size", "position", "floor", "target", "stretch", "points", "points_low", "points_high",
		"earned", "adjustment_lines", "open_disputes", "grade", "coefficient", "training", "rank", "differs_above", "differs_below", "status", "reasons"}}
	for _, s := range r.Sheets {
		who := []string{r.Period, s.ManagerID, s.ManagerName, s.Team, s.Role, s.Scorecard}
		for _, x := range s.Lines {
			_, name := cardName(l, door, x.KPI)
			row := append(append([]string{}, who...), x.KPI, name, x.Dimension, strconv.FormatInt(x.Weight, 10), plain(&x.Used), whole(x.Num), whole(x.Den),
				strconv.FormatInt(x.N, 10))
			row = append(append(row, figureCells(x.Raw)...), figureCells(orNoFigure(x.Adjusted))...)
			row = append(append(row, plain(x.Expected), plain(x.Company)), figureCells(orNoFigure(x.Shrunk))...)
			row = append(append(row, plain(x.PriorMean), plain(x.PriorSize), string(x.Position), plain(x.Floor), plain(x.Target), plain(x.Stretch)), figureCells(x.Points)...)
			t.rows = append(t.rows, append(row, plain(x.Earned), strconv.Itoa(x.AdjustmentLines), strconv.Itoa(x.OpenDisputes),
				"", "", "", "", "", "", x.Status, ""))
		}
		for _, x := range s.Deductions {
			_, name := cardName(l, door, x.KPI)
			row := append(append([]string{}, who...), x.KPI, name, "deduction", "", "", "", "", strconv.FormatInt(x.N, 10))
			row = append(append(row, figureCells(x.Raw)...), make([]string, 17)...)
			t.rows = append(t.rows, append(row, plain(minus(x.Off)), "", "", "", "", "", "", "", "", x.Status, ""))
		}
		row := append(append([]string{}, who...), "total", "", "", "100", plain(&s.WeightKept), "", "", "")
		row = append(append(row, make([]string, 17)...), figureCells(s.Total)...)
		t.rows = append(t.rows, append(row, plain(s.Total.Value), "", "", s.Grade, whole(s.Coefficient), text.Cell(s.Training), rankCell(s.Rank), truth(s.DiffersAbove),
			truth(s.DiffersBelow), string(s.State), strings.Join(s.Reasons, " ")))
	}
	return t
}

func figureCells(f assess.Figure) []string {
	return []string{plain(f.Value), plain(f.Low), plain(f.High)}
}

func rankCell(rank int) string {
	if rank == 0 {
		return ""
	}
	return strconv.Itoa(rank)
}

func truth(b *bool) string {
	if b == nil {
		return ""
	}
	return strconv.FormatBool(*b)
}
