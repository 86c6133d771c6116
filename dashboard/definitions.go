package dashboard

import (
	"fmt"

	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/kpi"
)

// definitionsPage lists what every measure means.
type definitionsPage struct {
	base
	Groups    []definitionGroup
	Customers []customerCard // what customers are judged by, which is no measure
}

type customerCard struct{ ID, Name, Formula, Unit string }

type definitionGroup struct {
	ID, Name string
	Cards    []definitionCard
}

// definitions lists the catalogue.
func (s *Server) definitions(a *ask) (view, error) {
	p := definitionsPage{base: a.base(a.l.T("dashboard.nav.definitions"))}
	for _, f := range kpi.Families(a.lease.Catalogue()) {
		group := definitionGroup{ID: slug(f.ID), Name: f.Name(a.l)}
		for _, d := range f.Defs {
			group.Cards = append(group.Cards, a.definitionCard(d))
		}
		p.Groups = append(p.Groups, group)
	}
	for _, card := range []string{"health", "value", "risk"} {
		of := func(field string) string { return a.l.T("customers.card." + card + "." + field) }
		p.Customers = append(p.Customers, customerCard{of("id"), of("name"), of("formula"), of("unit")})
	}
	return view{"definitions", p}, nil
}

// definitionPage is the whole 口径单 of one measure.
type definitionPage struct {
	base
	Card    definitionCard
	Period  string
	Reasons []reasonCount
	KPI     string
	Rows    string
}

// definition shows one measure's definition, with what it left out in the page's period.
func (s *Server) definition(a *ask) (view, error) {
	d, err := a.lease.Definition(a.param("id"))
	if err != nil {
		return view{}, err
	}
	over := d.Within(a.filter.Period)
	set, err := a.lease.Explain(a.ctx, a.scope, kpi.ExplainQuestion{
		KPI: d.ID, Period: over, Filter: a.filter.Values, Excluded: true, Limit: 1,
	})
	if err != nil {
		return view{}, fmt.Errorf("exclusions: %w", err)
	}
	here := a.filter.over(over)
	p := definitionPage{
		base: a.base(a.l.T("dashboard.definition.title", d.Name(a.l))), Card: a.definitionCard(d),
		Period: chart.PeriodName(a.l, over.String()), KPI: here.url("/kpi/" + d.ID),
		Rows: here.url("/kpi/"+d.ID+"/rows", "excluded", "1"),
	}
	for _, r := range set.Excluded {
		p.Reasons = append(p.Reasons, reasonCount{kpi.ReasonName(a.l, r.Reason), kpi.FormatCount(r.Rows)})
	}
	return view{"definition", p}, nil
}
