package transform

import (
	"cmp"
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/sql"
)

// catalogueOrder returns the measures as people list them: A1, A2, …, A10, B1, B2, B2.calendar.
func catalogueOrder(models []sql.Model) []sql.Model {
	var measures []sql.Model
	for _, m := range models {
		if m.Layer == sql.KPI {
			measures = append(measures, m)
		}
	}
	slices.SortFunc(measures, func(a, b sql.Model) int {
		return compareIDs(a.Header.Get("id"), b.Header.Get("id"))
	})
	return measures
}

// compareIDs orders by letters, then number, then suffix.
func compareIDs(a, b string) int {
	split := func(id string) (letters string, n int, suffix string) {
		head, suffix, _ := strings.Cut(id, ".")
		letters = strings.TrimRight(head, "0123456789")
		n, _ = strconv.Atoi(head[len(letters):]) // no digits: 0, first
		return letters, n, suffix
	}
	la, na, sa := split(a)
	lb, nb, sb := split(b)
	return cmp.Or(cmp.Compare(la, lb), cmp.Compare(na, nb), cmp.Compare(sa, sb), cmp.Compare(a, b))
}

// catalogue stores the definition card of every measure.
func (b *builder) catalogue(ctx context.Context) error {
	needs, err := sql.RuleNeeds(b.models)
	if err != nil {
		return err
	}
	var rows [][]driver.Value
	for i, m := range catalogueOrder(b.models) {
		card, err := definition(m, needs[m.Header.Get("id")])
		if err != nil {
			return fmt.Errorf("%s: %w", m.Path, err)
		}
		rows = append(rows, []driver.Value{int32(i + 1), m.Header.Get("id"), card})
	}
	return b.table(ctx, "catalogue", "position INTEGER, id VARCHAR, definition VARCHAR", rowsOf(rows...))
}

// definition writes the header of a measure as the JSON of a [kpi.Definition], with the rules it cannot do without.
func definition(m sql.Model, needs []sql.RuleRead) (string, error) {
	card := map[string]any{"sql": m.Query}
	var rules []string
	for _, need := range needs {
		if need.Name != "*" { // it compares no name: which rules it reads is not known
			rules = append(rules, need.Table+"."+need.Name)
		}
	}
	if len(rules) > 0 {
		card["rules"] = rules
	}
	for key, value := range m.Header {
		switch key {
		case "main":
			card[key] = m.Header.Bool(key)
		case "scale", "maturity_days", "min_n", "horizon":
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				return "", err
			}
			card[key] = n
		case "bounds":
			low, high, err := m.Header.Bounds()
			if err != nil {
				return "", err
			}
			card[key] = []float64{low, high}
		case "periods", "needs", "details", "adjust", "deadline", "grains":
			card[key] = m.Header.List(key)
		default:
			card[key] = value
		}
	}
	if _, ok := card["scale"]; !ok {
		card["scale"] = 1
	}
	data, err := json.Marshal(card)
	if err != nil {
		return "", err
	}
	var d kpi.Definition // the door must be able to read what is written here
	if err := json.Unmarshal(data, &d); err != nil {
		return "", err
	}
	return string(data), nil
}
