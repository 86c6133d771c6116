package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// EnsureSchema creates the raw tables that are missing, and the columns that a newer declaration of a feed has added.
// There are no keys and no indexes: the pinned DuckDB can lose a file to either after a crash.
func EnsureSchema(ctx context.Context, db *warehouse.DB) error {
	have, err := existing(ctx, db.SQL())
	if err != nil {
		return err
	}
	if err := ensureLedger(ctx, db.SQL(), have["batches"]); err != nil {
		return err
	}
	for _, f := range feed.All() {
		stmts := tableDDL(f, have[f.Name])
		if f.From != "" {
			stmts = append(stmts, listingDDL(f, have)...)
		}
		for _, stmt := range stmts {
			if _, err := db.SQL().ExecContext(ctx, stmt); err != nil {
				return fmt.Errorf("create table %s: %w", f.Name, err)
			}
		}
	}
	return nil
}

// existing returns the columns of every table there is.
func existing(ctx context.Context, db *sql.DB) (have map[string]map[string]bool, err error) {
	rows, err := db.QueryContext(ctx, `select table_name, column_name from information_schema.columns
		where table_schema = 'main' and table_catalog = current_database()`)
	if err != nil {
		return nil, fmt.Errorf("list columns: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	have = map[string]map[string]bool{}
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			return nil, fmt.Errorf("list columns: %w", err)
		}
		if have[table] == nil {
			have[table] = map[string]bool{}
		}
		have[table][column] = true
	}
	return have, rows.Err()
}

// tableDDL returns what brings the table of f from the columns it has to those it needs.
func tableDDL(f feed.Feed, have map[string]bool) []string {
	var defs, alter []string
	add := func(name, typ string) {
		defs = append(defs, ident(name)+" "+typ)
		if !have[name] {
			alter = append(alter, fmt.Sprintf("alter table %s add column %s %s", ident(f.Name), ident(name), typ))
		}
	}
	for _, c := range f.Columns {
		add(c.Name, c.Type.SQL())
	}
	add("batch_id", "BIGINT")
	add("superseded_by", "BIGINT")
	if f.From != "" {
		add(presumed, "DATE")
	}
	if have == nil {
		return []string{"create table " + ident(f.Name) + " (" + strings.Join(defs, ", ") + ")"}
	}
	return alter
}

// ident quotes the name of a table or column: some are words of SQL.
func ident(name string) string { return warehouse.Quote(name) }

func idents(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = ident(n)
	}
	return strings.Join(out, ", ")
}
