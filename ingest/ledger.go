package ingest

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/config"
)

// The ledger of batches: one row per load and per retraction, never deleted. A batch that names another one in replaces
// undoes it (the same file under another mapping; a retraction) for as long as it is not undone itself.

const ledger = `create table if not exists batches (batch_id BIGINT, source VARCHAR, feed VARCHAR, file VARCHAR,
	sha256 VARCHAR, mapping_hash VARCHAR, bytes BIGINT, rows_read BIGINT, rows_loaded BIGINT, rows_unchanged BIGINT,
	rows_superseded BIGINT, rows_rejected BIGINT, rows_filtered BIGINT, received_at TIMESTAMP, replaces BIGINT);
create table if not exists rejects (batch_id BIGINT, source VARCHAR, feed VARCHAR, file VARCHAR, line BIGINT,
	column_name VARCHAR, header VARCHAR, value VARCHAR, code VARCHAR, expected VARCHAR)`

// ledgerColumns are the columns that came to the table batches after its first release.
var ledgerColumns = []struct{ name, typ string }{
	{"kind", "VARCHAR"},       // load or retract
	{"undone_by", "BIGINT"},   // the batch that undoes it; NULL: it is in force
	{"rows_closed", "BIGINT"}, // rows of keys that a full list no longer held
	{"listed_on", "DATE"},     // of a list of the present state: the day it speaks of
	{"corrects", "BOOLEAN"},   // a corrected reject file: it adds to the list of its day
	{"recipe", "VARCHAR"},     // source and zone as they were, to read the archived file the same way again
	{"decided_by", "VARCHAR"}, // of a retraction and of corrected rejects: id of the person
	{"reason", "VARCHAR"},     // of a retraction: why

	{"watermark_from", "VARCHAR"}, // of a database: where the reading began; NULL: at the beginning
	{"watermark_to", "VARCHAR"},   // of a database: what it reached; of decisions: lines and hash of their journal's head
	{"decided_name", "VARCHAR"},   // name of the person

	{"profile", "VARCHAR"}, // of a load: what later files of its source are compared with
}

// The kinds of batches.
const (
	kindLoad    = "load"
	kindRetract = "retract"
)

// ensureLedger creates the ledger, and brings one of an older release up to date.
func ensureLedger(ctx context.Context, db *sql.DB, have map[string]bool) error {
	stmts := []string{ledger}
	for _, c := range ledgerColumns {
		if !have[c.name] {
			stmts = append(stmts, "alter table batches add column "+ident(c.name)+" "+c.typ)
		}
	}
	if !have["kind"] {
		stmts = append(stmts, "update batches set kind = 'load'",
			"update batches set undone_by = n.batch_id from batches n where n.replaces = batches.batch_id")
	}
	for _, stmt := range stmts {
		if _, err := db.ExecContext(ctx, stmt); err != nil {
			return fmt.Errorf("create ledger of batches: %w", err)
		}
	}
	return nil
}

// recipe is what it takes, besides the bytes, to read a file as it was read when it was loaded.
type recipe struct {
	Source config.Source
	Zone   string
}

// record writes the audit row of a load.
func (b *batch) record(ctx context.Context, conn *sql.Conn, zone *time.Location) error {
	how, err := json.Marshal(recipe{b.source, zone.String()})
	if err != nil {
		return fmt.Errorf("keep the mapping: %w", err)
	}
	looks, err := json.Marshal(b.profile)
	if err != nil {
		return fmt.Errorf("keep the profile: %w", err)
	}
	var replaces, listed any
	if b.replace != 0 {
		replaces = b.replace
	}
	if b.listedOn != "" {
		listed = b.listedOn
	}
	c := b.counts
	_, err = conn.ExecContext(ctx, `insert into batches (batch_id, source, feed, file, sha256, mapping_hash, bytes,
		rows_read, rows_loaded, rows_unchanged, rows_superseded, rows_rejected, rows_filtered, received_at, replaces, kind,
		rows_closed, listed_on, corrects, recipe, watermark_from, watermark_to, decided_by, decided_name, profile) values (?, ?, ?,
		?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'load', ?, cast(? as DATE), ?, ?, nullif(?, ''), nullif(?, ''), nullif(?, ''),
		nullif(?, ''), ?)`,
		b.id, b.source.Name, b.source.Feed, b.file.path, b.file.sha256, b.mapping, b.file.facts.size, c.read, c.loaded,
		c.unchanged, c.superseded, c.rejected, c.filtered, b.arrival, replaces, c.closed, listed, b.plan.reload, string(how),
		b.from, b.to, b.by, b.byName, string(looks))
	if err != nil {
		return fmt.Errorf("write the audit row: %w", err)
	}
	return nil
}

// seen is an earlier load of the same bytes.
type seen struct {
	id         int64 // 0: never
	mapping    string
	retraction int64 // that took it back; 0: none
	by, byName string
}

// seenBefore finds the newest load of a file. A list that is complete in itself may come back with the content of an
// earlier one and mean it: there the newest file at that path decides, or, when the folders were moved, of that name. So
// may a database: of it the newest reading decides. So may a file of changes, see [batch.meantAnew].
func seenBefore(ctx context.Context, conn *sql.Conn, b *batch) (s seen, err error) {
	name := filepath.Base(b.file.path)
	same, order := "b.sha256 = ?", `b.file = ? desc, regexp_extract(b.file, '[^/]+$') = ? desc, `
	args := []any{b.source.Name, b.file.sha256, b.file.path, name}
	if b.pulled {
		same, order, args = "b.file = ?", "", []any{b.source.Name, b.file.path}
	} else if b.source.Complete() {
		same, order = `regexp_extract(b.file, '[^/]+$') = ?`, "b.file = ? desc, "
		args = []any{b.source.Name, name, b.file.path}
	}
	var sha string
	var retraction sql.NullInt64
	var newest bool
	err = conn.QueryRowContext(ctx, `select b.batch_id, b.mapping_hash, b.sha256, r.batch_id, coalesce(b.decided_by, ''),
			coalesce(b.decided_name, ''), not exists (
			select 1 from batches n where n.source = b.source and n.kind = 'load' and n.undone_by is null and n.batch_id > b.batch_id)
		from batches b
		left join batches r on r.batch_id = b.undone_by and r.kind = 'retract'
		where b.source = ? and b.kind = 'load' and `+same+` order by `+order+`b.batch_id desc limit 1`, args...).
		Scan(&s.id, &s.mapping, &sha, &retraction, &s.by, &s.byName, &newest)
	if errors.Is(err, sql.ErrNoRows) || err == nil && sha != b.file.sha256 {
		return seen{}, nil
	}
	s.retraction = retraction.Int64
	if b.source.Mode == config.ModeFull && b.source.Of == "" && !newest {
		s.mapping = b.mapping // a list that a later one has overtaken is not read anew
	}
	if err != nil || s.retraction != 0 || s.mapping != b.mapping || b.pulled || b.plan.reload || b.source.Complete() {
		return s, err
	}
	if anew, err := b.meantAnew(ctx, conn, name); err != nil || anew {
		return seen{}, err
	}
	return s, nil
}

// meantAnew reports whether a file of changes with the bytes of an earlier one takes the rows back to them: a file was
// seen before when it is the newest at its path or, when the folders were moved, bears the name it had. Another one is
// loaded even where nothing came between, so that the ledger knows it: a copy that was passed over, and still lies there,
// would else undo the changes that follow it. What has not changed makes no version.
func (b *batch) meantAnew(ctx context.Context, conn *sql.Conn, name string) (anew bool, err error) {
	err = conn.QueryRowContext(ctx, `with own as (select batch_id, file, sha256 from batches where source = ? and kind = 'load')
		select coalesce((select sha256 from own where file = ? order by batch_id desc limit 1) <> ?,
			not exists (select 1 from own where sha256 = ? and regexp_extract(file, '[^/]+$') = ?))`,
		b.source.Name, b.file.path, b.file.sha256, b.file.sha256, name).Scan(&anew)
	if err != nil {
		return false, fmt.Errorf("look for the file in the ledger: %w", err)
	}
	return anew, nil
}

// Batch is one row of the ledger.
type Batch struct {
	ID         int64  `json:"id"`
	Kind       string `json:"kind"` // load, retract
	Source     string `json:"source"`
	Feed       string `json:"feed"`
	File       string `json:"file"`
	Read       int64  `json:"rows"` // of the file
	Loaded     int64  `json:"loaded"`
	Unchanged  int64  `json:"unchanged"`
	Superseded int64  `json:"superseded"`
	Closed     int64  `json:"closed"`
	Rejected   int64  `json:"rejected"`
	Filtered   int64  `json:"filtered"`
	ListedOn   string `json:"listed_on,omitempty"` // of a list of the present state: the day it speaks of
	ReceivedAt string `json:"received"`            // civil time of the configured zone
	State      string `json:"state"`               // active, retracted, replaced
	Replaces   int64  `json:"replaces,omitempty"`  // the batch that this one undoes
	UndoneBy   int64  `json:"undone_by,omitempty"` // the batch that undoes this one
	By         string `json:"by,omitempty"`        // of a retraction and of corrected rejects: id of the person
	ByName     string `json:"by_name,omitempty"`   // name of the person; not in rows of before there were users
	Reason     string `json:"reason,omitempty"`    // of a retraction

	sha256, recipe string
	corrects       bool // it holds the corrected rejects of another batch
	arrival        time.Time
}

// The states of a batch.
const (
	Active    = "active"
	Retracted = "retracted"
	Replaced  = "replaced"
)

// listBatches returns the ledger, oldest first.
func listBatches(ctx context.Context, conn *sql.Conn) (list []Batch, err error) {
	rows, err := conn.QueryContext(ctx, `select b.batch_id, b.kind, coalesce(b.source, ''), b.feed, coalesce(b.file, ''),
		b.rows_read, b.rows_loaded, b.rows_unchanged, b.rows_superseded, coalesce(b.rows_closed, 0), b.rows_rejected,
		b.rows_filtered, coalesce(cast(b.listed_on as VARCHAR), ''), b.received_at, coalesce(b.replaces, 0),
		coalesce(b.undone_by, 0), case when b.undone_by is null then 'active' when u.kind = 'retract' then 'retracted'
		else 'replaced' end, coalesce(b.decided_by, ''), coalesce(b.decided_name, ''), coalesce(b.reason, ''), coalesce(b.sha256, ''),
		coalesce(b.recipe, ''), coalesce(b.corrects, false) from batches b left join batches u on u.batch_id = b.undone_by order by b.batch_id`)
	if err != nil {
		return nil, fmt.Errorf("list batches: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var b Batch
		if err := rows.Scan(&b.ID, &b.Kind, &b.Source, &b.Feed, &b.File, &b.Read, &b.Loaded, &b.Unchanged, &b.Superseded,
			&b.Closed, &b.Rejected, &b.Filtered, &b.ListedOn, &b.arrival, &b.Replaces, &b.UndoneBy, &b.State, &b.By,
			&b.ByName, &b.Reason, &b.sha256, &b.recipe, &b.corrects); err != nil {
			return nil, fmt.Errorf("list batches: %w", err)
		}
		b.ReceivedAt = b.arrival.Format(time.DateTime)
		list = append(list, b)
	}
	return list, rows.Err()
}

// undoers returns for every batch that is undone the batch that undoes it. The list is in the order of the numbers, and
// a batch can only undo an earlier one.
func undoers(list []Batch) map[int64]int64 {
	by := map[int64]int64{}
	for i := len(list) - 1; i >= 0; i-- {
		if b := list[i]; b.Replaces != 0 && by[b.ID] == 0 {
			by[b.Replaces] = b.ID
		}
	}
	return by
}

// numbers writes batch numbers as an SQL list that is never empty.
func numbers(ids []int64) string {
	out := []string{"-1"}
	for _, id := range ids {
		out = append(out, fmt.Sprint(id))
	}
	return strings.Join(out, ", ")
}
