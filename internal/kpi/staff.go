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

// Staff returns the managers who were employed at some time of a period, by id. Team and region are those of the
// business instant, the role is the first that the manager had in the period.
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

// StaffNumbers returns by manager id the number by which payroll knows each manager, as of the business instant; who has none in
// the feed is not in it. It is what people are paid by: only a scope that sees everything gets it.
func (d *Door) StaffNumbers(ctx context.Context, s Scope) (map[string]string, error) {
	if !s.All {
		return nil, nil
	}
	columns, err := collect(ctx, d.db.SQL(), `select column_name from information_schema.columns
		where table_name = 'dim_managers' and column_name = 'staff_no'`, nil, scanText)
	if err == nil && len(columns) == 0 {
		err = fault.New(fault.Refused, "kpi.old_snapshot", d.stamp.Snapshot)
	}
	if err != nil {
		return nil, err
	}
	numbers, err := textPairs(ctx, d.db.SQL(), "select manager_id, staff_no from dim_managers where staff_no is not null")
	if err != nil {
		return nil, fmt.Errorf("staff numbers: %w", err)
	}
	return numbers, nil
}

// holds refuses a snapshot that was published before there was a table.
func (d *Door) holds(ctx context.Context, table string) error {
	there, err := d.there(ctx, table)
	if err == nil && !there {
		return fault.New(fault.Refused, "kpi.old_snapshot", d.stamp.Snapshot)
	}
	return err
}

// there reports whether the snapshot has a table.
func (d *Door) there(ctx context.Context, table string) (bool, error) {
	names, err := collect(ctx, d.db.SQL(), "select table_name from information_schema.tables where table_name = ?", []any{table}, scanText)
	return len(names) > 0, err
}
