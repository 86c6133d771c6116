package kpi

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/fault"
)

// knownMembers refuses a filter for a manager, team, region or customer that the snapshot does not have anywhere: a
// mistyped id would otherwise read as a period without data. Only a reader who sees everything is told; to any other
// one, what he may not see and what does not exist look alike.
func (d *Door) knownMembers(ctx context.Context, s Scope, filter map[Dim][]string) error {
	if !s.All {
		return nil
	}
	for _, dim := range []Dim{ByManager, ByTeam, ByRegion, ByCustomer} {
		unknown, err := d.unknownMembers(ctx, dim, filter[dim])
		if err != nil {
			return fmt.Errorf("look up %s: %w", dim, err)
		}
		if len(unknown) > 0 {
			return fault.New(fault.Usage, "kpi.unknown_"+string(dim), strings.Join(unknown, ", "))
		}
	}
	return nil
}

// Known reports whether the snapshot names a member of a dimension anywhere: in the lists, or in the rows of measures.
func (d *Door) Known(ctx context.Context, dim Dim, id string) (bool, error) {
	unknown, err := d.unknownMembers(ctx, dim, []string{id})
	if err != nil {
		return false, fmt.Errorf("look up %s: %w", dim, err)
	}
	return len(unknown) == 0, nil
}

// unknownMembers returns those of values that neither the lists of accounts and people nor any measure row names.
func (d *Door) unknownMembers(ctx context.Context, dim Dim, values []string) ([]string, error) {
	b := &binds{}
	tuples := ""
	for _, v := range values {
		if v != "" { // the row without a value
			tuples += ", (" + b.bind(v) + ")"
		}
	}
	if tuples == "" {
		return nil, nil
	}
	column, _ := columnOf(dim)
	sources := []string{"dim_accounts"}
	switch dim {
	case ByManager, ByTeam:
		sources = append(sources, "dim_managers")
	case ByCustomer:
		sources = append(sources, "dim_customers")
	}
	query := "select distinct asked.v from (values " + tuples[2:] + ") as asked(v) where true"
	for _, source := range sources {
		query += " and asked.v not in (select " + column + " from " + source + " where " + column + " is not null)"
	}
	unknown, err := collect(ctx, d.db.SQL(), query+" order by 1", b.args, scanText)
	if err != nil || len(unknown) == 0 {
		return nil, err
	}
	// A row may name somebody whom no list has. The sums tell most of them, and are read a hundred times faster than the rows.
	sources = []string{"cube", measureRows}
	if dim == ByCustomer {
		sources = sources[1:]
	}
	for _, source := range sources {
		if unknown, err = d.notIn(ctx, source, column, unknown); err != nil || len(unknown) == 0 {
			return nil, err
		}
	}
	return unknown, nil
}

// measureRows stands for the rows of all measures.
const measureRows = ""

// notIn returns those of values that a column of the cube, or of the rows of all measures, does not hold.
func (d *Door) notIn(ctx context.Context, source, column string, values []string) ([]string, error) {
	b := &binds{}
	if source == measureRows {
		source = measured().of(d.catalogue, time.Time{}, endOfTime(), "0", b)
	}
	found, err := collect(ctx, d.db.SQL(), "select distinct "+column+" from "+source+" as s where "+column+" in ("+b.list(values)+")", b.args, scanText)
	return without(values, found), err
}

func scanText(scan func(...any) error) (v string, err error) { return v, scan(&v) }

// textPairs reads a query of two texts: the second by the first.
func textPairs(ctx context.Context, db *sql.DB, query string, args ...any) (map[string]string, error) {
	found := map[string]string{}
	_, err := collect(ctx, db, query, args, func(scan func(...any) error) (_ struct{}, err error) {
		var key, value string
		err = scan(&key, &value)
		found[key] = value
		return
	})
	return found, err
}

// without returns the elements of list that are not in others.
func without(list, others []string) []string {
	drop := map[string]bool{}
	for _, o := range others {
		drop[o] = true
	}
	var rest []string
	for _, v := range list {
		if !drop[v] {
			rest = append(rest, v)
		}
	}
	return rest
}
