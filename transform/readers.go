package transform

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/rules"
	"github.com/kamlens/kamlens/sql"
)

// Readers knows which measures read which rule.
type Readers struct {
	ids   []string // in the order of the catalogue
	reads map[string][]sql.RuleRead
	needs map[string][]sql.RuleRead // of those, what a measure has no number without
}

// ReadersOf looks through the models of a configuration, the built-in ones and the user's own.
func ReadersOf(c config.Config) (Readers, error) {
	models, err := Options{Config: c}.models()
	if err != nil {
		return Readers{}, err
	}
	r := Readers{}
	for _, m := range catalogueOrder(models) {
		r.ids = append(r.ids, m.Header.Get("id"))
	}
	if r.reads, err = sql.RuleReads(models); err != nil {
		return r, err
	}
	r.needs, err = sql.RuleNeeds(models)
	return r, err
}

// DefinitionOf returns the definition of a measure among the models of a configuration; false when there is none.
func DefinitionOf(c config.Config, id string) (d kpi.Definition, ok bool, err error) {
	models, err := Options{Config: c}.models()
	if err != nil {
		return d, false, err
	}
	for _, m := range models {
		if m.Layer == sql.KPI && m.Header.Get("id") == id {
			card, err := definition(m)
			if err != nil {
				return d, false, fmt.Errorf("%s: %w", m.Path, err)
			}
			return d, true, json.Unmarshal([]byte(card), &d)
		}
	}
	return d, false, nil
}

// IDs returns every measure, in the order of the catalogue.
func (r Readers) IDs() []string { return slices.Clone(r.ids) }

// Of returns the measures that read any of the given rules.
func (r Readers) Of(refs ...rules.Ref) []string { return r.among(r.reads, refs) }

// Lacking returns those of them that leave rows out, or have none, while the rule is not set; the others are computed
// without it.
func (r Readers) Lacking(refs ...rules.Ref) []string { return r.among(r.needs, refs) }

func (r Readers) among(list map[string][]sql.RuleRead, refs []rules.Ref) []string {
	var out []string
	for _, id := range r.ids {
		if slices.ContainsFunc(list[id], func(read sql.RuleRead) bool {
			return slices.ContainsFunc(refs, func(ref rules.Ref) bool {
				return ref.Table == read.Table && (ref.Name == read.Name || read.Name == "*")
			})
		}) {
			out = append(out, id)
		}
	}
	return out
}

// Unknown returns those of the given names that no measure has.
func (r Readers) Unknown(ids []string) []string {
	var out []string
	for _, id := range ids {
		if !slices.Contains(r.ids, id) {
			out = append(out, id)
		}
	}
	return out
}

// Refs returns every rule that some measure reads, by table and name.
func (r Readers) Refs() []rules.Ref {
	seen := map[rules.Ref]bool{}
	var out []rules.Ref
	for _, id := range r.ids {
		for _, read := range r.reads[id] {
			ref := rules.Ref{Table: read.Table, Name: read.Name}
			if !seen[ref] && read.Name != "*" {
				seen[ref] = true
				out = append(out, ref)
			}
		}
	}
	slices.SortFunc(out, rules.CompareRefs)
	return out
}
