package transform

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/sql"
)

// tables stores the definition of every plain table; the door runs its SELECT when it is asked for. One that the engine does
// not take, or that lacks a column of its header, fails the run, not the reader.
func (b *builder) tables(ctx context.Context) error {
	var rows [][]driver.Value
	for _, m := range b.models {
		if m.Layer != sql.Tables {
			continue
		}
		columns, err := m.Columns()
		if err != nil {
			return err
		}
		t := kpi.TableDef{
			Name: m.Name, NameZH: m.Header.Get("name_zh"), NameEN: m.Header.Get("name_en"), NoteZH: m.Header.Get("note_zh"),
			NoteEN: m.Header.Get("note_en"), Source: m.Header.Get("source"), Columns: columns, Needs: m.Header.List("needs"),
			Rules: m.Header.List("rules"), Order: m.Header.List("order"), SQL: m.Query,
		}
		if _, err := b.conn.ExecContext(ctx, "explain "+t.Query("true", slices.Repeat([]string{"current_date"}, 6))); err != nil {
			return b.blame(ctx, m, fmt.Errorf("model %s: %w", m.Path, err))
		}
		card, err := json.Marshal(t)
		if err != nil {
			return err
		}
		rows = append(rows, []driver.Value{m.Name, string(card)})
	}
	return b.table(ctx, "table_catalogue", "name VARCHAR, definition VARCHAR", rowsOf(rows...))
}
