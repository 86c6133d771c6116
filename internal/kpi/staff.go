package kpi

import (
	"context"
	"fmt"

	"github.com/kamlens/kamlens/internal/fault"
)

// Staff is a manager of a period. WorkDays are the working days of the period, PresentDays those on which the manager had
// customers and was not on approved leave.
type Staff struct {
	Member

	Region      string
	Role        string
	LeftOn      string // 2026-10-09, the last day; "" while nobody left
	WorkDays    int64
	PresentDays int64
}

// Staff returns the managers who were employed at some time of a period, by id. Team, region and role are those of the
// business instant.
func (d *Door) Staff(ctx context.Context, s Scope, p Period) ([]Staff, error) {
	if s.none() {
		return nil, nil
	}
	if err := d.holds(ctx, "fct_leaves"); err != nil {
		return nil, err
	}
	b := &binds{}
	data := map[string]any{"Starts": b.bind(p.Start), "Ends": b.bind(p.End)}
	data["Where"] = visible(s, b)
	query, err := render("staff", data)
	if err != nil {
		return nil, err
	}
	list, err := collect(ctx, d.db.SQL(), query, b.args, func(scan func(...any) error) (m Staff, err error) {
		return m, scan(&m.ID, &m.Name, &m.Team, &m.Region, &m.Role, &m.LeftOn, &m.WorkDays, &m.PresentDays)
	})
	if err != nil {
		return nil, fmt.Errorf("staff of %s: %w", p, err)
	}
	return list, nil
}

// holds refuses a snapshot that was published before there was a table.
func (d *Door) holds(ctx context.Context, table string) error {
	there, err := collect(ctx, d.db.SQL(), "select table_name from information_schema.tables where table_name = ?", []any{table}, scanText)
	if err == nil && len(there) == 0 {
		return fault.New(fault.Refused, "kpi.old_snapshot", d.stamp.Snapshot)
	}
	return err
}

// RuleLine is one line of a table by which people are assessed, one of the mappings beside it, or a parameter. Word is set
// where a mapping says one, else Value holds.
type RuleLine struct {
	Section string // weights, curves, grades, coefficients, deductions, mappings or params
	Name    string // what the table is of; the name of the mapping or the parameter
	Item    string // what the line is of; "" for a parameter
	Value   int64
	Word    string
}

// RuleLines returns what the rules that were decided say about assessment on the first day of a period, tables in the order
// in which they were written.
func (d *Door) RuleLines(ctx context.Context, s Scope, p Period) ([]RuleLine, error) {
	if s.none() {
		return nil, nil
	}
	if err := d.holds(ctx, "rule_tables"); err != nil {
		return nil, err
	}
	lines, err := collect(ctx, d.db.SQL(), `select section, name, item, coalesce("value", 0), coalesce(word, '') from (
			select section, name, item, place, "value", word, valid_from, valid_to from rule_tables
			union all
			select 'params', name, '', 0, "value", '', valid_from, valid_to from rule_params where "value" is not null)
		where valid_from <= $1 and $1 < valid_to order by section, name, place, item`, []any{p.Start},
		func(scan func(...any) error) (r RuleLine, err error) {
			return r, scan(&r.Section, &r.Name, &r.Item, &r.Value, &r.Word)
		})
	if err != nil {
		return nil, fmt.Errorf("rules of %s: %w", p, err)
	}
	return lines, nil
}
