package kpi

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// Review puts the measures that are charged to nobody on one page, by manager: where a share lies outside what chance does to
// people who are all alike, somebody looks. It is a reason to ask, never a finding, and enters no points.

// ReviewFamily is the family of the measures for review; its main measures are the signs, the others stand beside them.
const ReviewFamily = "watch"

// Review is the review of a period.
type Review struct {
	Period   string       `json:"period"`
	Measures []Definition `json:"-"`
	All      []Answer     `json:"all"`  // of everybody, in the order of Measures
	Rows     []ReviewRow  `json:"rows"` // those with the most signs first
}

// ReviewRow is what there is to see of one manager.
type ReviewRow struct {
	ManagerID string       `json:"manager_id"`
	Manager   string       `json:"manager_name"`
	Signs     int          `json:"signs"`
	Cells     []ReviewCell `json:"cells"` // in the order of Measures
}

// ReviewCell is one share of one manager. Position is "" where the sample is too small to say; Sign is that it differs from all,
// outside the 99.8 % limits, on the side that speaks against the work.
type ReviewCell struct {
	Answer

	Position Position `json:"position"`
	Sign     bool     `json:"sign"`
}

// reviewed is what a review asks.
type reviewed interface {
	Catalogue() []Definition
	Query(ctx context.Context, s Scope, q Question) ([]Answer, error)
	Members(ctx context.Context, s Scope, dim Dim) ([]Member, error)
}

// ReviewOf asks for the measures of the family for review, of everybody and by manager. Who is compared is what the scope and
// the filter let through: so is the share of all.
func ReviewOf(ctx context.Context, door reviewed, s Scope, q Question) (Review, error) {
	r := Review{Period: q.Period.String(), Rows: []ReviewRow{}}
	q.KPIs, q.By = nil, nil
	for _, d := range door.Catalogue() {
		if d.Family == ReviewFamily && d.IsShare() {
			r.Measures, q.KPIs = append(r.Measures, d), append(q.KPIs, d.ID)
		}
	}
	if len(r.Measures) == 0 || s.none() {
		return r, nil
	}
	answers, err := door.Query(ctx, s, q)
	if err != nil {
		return r, fmt.Errorf("review: %w", err)
	}
	all := byKPI(answers)
	q.By = []Dim{ByManager}
	each, err := door.Query(ctx, s, q)
	if err != nil {
		return r, fmt.Errorf("review by manager: %w", err)
	}
	members, err := door.Members(ctx, s, ByManager)
	if err != nil {
		return r, err
	}
	names := map[string]string{}
	for _, m := range members {
		names[m.ID] = m.Name
	}
	for _, d := range r.Measures {
		r.All = append(r.All, all[d.ID])
	}
	of := map[string][]Answer{}
	for _, a := range each {
		if id := a.By[string(ByManager)]; id != "" {
			of[id] = append(of[id], a)
		}
	}
	for id, answers := range of {
		r.Rows = append(r.Rows, r.row(id, names[id], byKPI(answers)))
	}
	slices.SortFunc(r.Rows, func(a, b ReviewRow) int {
		if a.Signs != b.Signs {
			return b.Signs - a.Signs
		}
		return strings.Compare(a.ManagerID, b.ManagerID)
	})
	return r, nil
}

func byKPI(answers []Answer) map[string]Answer {
	m := map[string]Answer{}
	for _, a := range answers {
		m[a.KPI] = a
	}
	return m
}

// absent is the answer of a manager without a row of a measure, as the door gives one: what holds of all, or that there is nothing.
func (r Review) absent(measure int) Answer {
	all := r.All[measure]
	a := Answer{KPI: r.Measures[measure].ID, Period: r.Period, Status: all.Status, MaturesOn: all.MaturesOn}
	if all.Status == OK || all.Status == SmallSample {
		a.Status, a.Notes = OK, []string{NoRows}
	}
	return a
}

// row compares one manager with all.
func (r Review) row(id, name string, answers map[string]Answer) ReviewRow {
	row := ReviewRow{ManagerID: id, Manager: name}
	for i, d := range r.Measures {
		answer, ok := answers[d.ID]
		if !ok {
			answer = r.absent(i)
		}
		c := ReviewCell{Answer: answer}
		enough := c.Status == OK || c.Status == Immature
		if all := r.All[i].Value; enough && c.Value != nil && all != nil {
			c.Position = PositionOf(*c.Value, float64(c.N), *all)
			against := Above
			if d.Direction == "up" {
				against = Below
			}
			if c.Sign = d.Main && c.Position == against; c.Sign {
				row.Signs++
			}
		}
		row.Cells = append(row.Cells, c)
	}
	return row
}

// Of returns the rows of the given managers, all of them where none is given. One that has no row is a fault.
func (r Review) Of(managers []string) ([]ReviewRow, error) {
	if len(managers) == 0 {
		return r.Rows, nil
	}
	var rows []ReviewRow
	for _, id := range managers {
		i := slices.IndexFunc(r.Rows, func(row ReviewRow) bool { return row.ManagerID == id })
		if i < 0 {
			return nil, fault.New(fault.Usage, "kpi.unknown_manager", id)
		}
		rows = append(rows, r.Rows[i])
	}
	return rows, nil
}

// Words writes a cell with its n, and marks a sign.
func (c ReviewCell) Words(l text.Lang, d Definition) string {
	if c.Value == nil || c.Status != OK && c.Status != Immature {
		return l.T("kpi.review.small", c.StatusWords(l), c.N)
	}
	shown := l.T("kpi.review.cell", Format(l, d, c.Value), c.N)
	if c.Sign {
		return l.T("kpi.review.sign", shown)
	}
	return shown
}
