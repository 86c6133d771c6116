package sql

import (
	"fmt"
	"slices"
	"strings"
)

// GoTables are the tables that the transform makes before any model runs, from the configuration, the calendar and the
// rules.
func GoTables() []string {
	return []string{"run_info", "calendar_days", "calendar_work", "calendar_periods", "rule_limits", "rule_params", "rule_cadences",
		"rule_weights"}
}

// LateTables are the tables that exist only when the models have run: checks may read them.
func LateTables() []string {
	return []string{"cube", "catalogue", "table_catalogue", "feed_state", "feed_months", "batches", "rejects_sample"}
}

// Order returns the models so that each comes after those it reads; within a layer by name where there is a choice.
// raw lists the tables of the catalog raw as "raw.cases"; without it raw tables are not checked. A table that nobody
// makes and a cycle are errors that name the models.
func Order(models []Model, raw ...string) ([]Model, error) {
	byName := map[string]Model{}
	for _, m := range models {
		byName[m.Name] = m
	}
	sorted := slices.SortedFunc(slices.Values(models), func(a, b Model) int {
		if d := slices.Index(Layers(), a.Layer) - slices.Index(Layers(), b.Layer); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	for _, m := range sorted {
		if err := checkReads(m, byName, raw); err != nil {
			return nil, err
		}
	}
	var ordered []Model
	state := map[string]int{} // 1 being visited, 2 done
	var visit func(m Model, path []string) error
	visit = func(m Model, path []string) error {
		switch state[m.Name] {
		case 2:
			return nil
		case 1:
			from := slices.Index(path, m.Name)
			return fmt.Errorf("the models read each other in a circle: %s", strings.Join(append(path[from:], m.Name), " -> "))
		}
		state[m.Name] = 1
		for _, r := range m.Reads {
			if dep, ok := byName[r]; ok {
				if err := visit(dep, append(path, m.Name)); err != nil {
					return err
				}
			}
		}
		state[m.Name] = 2
		ordered = append(ordered, m)
		return nil
	}
	for _, m := range sorted {
		if err := visit(m, nil); err != nil {
			return nil, err
		}
	}
	return ordered, nil
}

// checkReads refuses tables that nobody makes.
func checkReads(m Model, models map[string]Model, raw []string) error {
	for _, r := range m.Reads {
		if _, ok := models[r]; ok || slices.Contains(GoTables(), r) {
			continue
		}
		if m.Layer == Tables && (r == Asked || r == Seen) {
			continue
		}
		if m.Layer == Checks && slices.Contains(LateTables(), r) {
			continue
		}
		if strings.HasPrefix(r, "raw.") && (len(raw) == 0 || slices.Contains(raw, r)) {
			continue
		}
		return fmt.Errorf("%s reads %s, which is no model, no table of the calendar or rules and no raw table", m.Path, r)
	}
	return nil
}

// Closure returns the named models and everything they read, in no particular order.
func Closure(models []Model, names ...string) ([]Model, error) {
	byName := map[string]Model{}
	for _, m := range models {
		byName[m.Name] = m
	}
	taken := map[string]bool{}
	var out []Model
	var take func(name string)
	take = func(name string) {
		m, ok := byName[name]
		if !ok || taken[name] {
			return
		}
		taken[name] = true
		out = append(out, m)
		for _, r := range m.Reads {
			take(r)
		}
	}
	for _, n := range names {
		if _, ok := byName[n]; !ok {
			return nil, fmt.Errorf("there is no model %s", n)
		}
		take(n)
	}
	return out, nil
}
