package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/kamlens/kamlens/internal/fault"
)

// Outcome is how an act ended.
type Outcome string

// The outcomes. An act that is under way, or was cut short, has none yet.
const (
	Begun   Outcome = ""
	Done    Outcome = "done"
	Refused Outcome = "refused" // for lack of the right to it
	Failed  Outcome = "failed"  // it was allowed and did not succeed
)

// AuditRow is one act of a person.
type AuditRow struct {
	ID         int64 // from 1, without gaps; of an act under way its place among those
	At         time.Time
	PersonID   string
	PersonName string
	Verb       string
	Subject    string // what the act was about
	Reason     string
	Outcome    Outcome
	Note       string // why it was refused or failed, in English
	Previous   string // hash of the row before, "" in the first
	Hash       string // SHA-256, hexadecimal
}

// digest is the hash that the row should have.
func (r AuditRow) digest() (string, error) {
	text, err := json.Marshal([]any{r.Previous, r.ID, stored(r.At), r.PersonID, r.PersonName, r.Verb, r.Subject, r.Reason,
		r.Outcome, r.Note})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// Audit appends an act that is over. ID and hashes are given by the store.
func (s *Store) Audit(ctx context.Context, r AuditRow) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error { return appendAudit(ctx, tx, r) })
	if err != nil {
		return fmt.Errorf("write the audit: %w", err)
	}
	return nil
}

// BeginAct writes down that an act is under way, and returns its number for [Store.EndAct].
func (s *Store) BeginAct(ctx context.Context, r AuditRow) (int64, error) {
	res, err := s.db.ExecContext(ctx, `insert into audit_begun (at, person_id, person_name, verb, subject, reason)
		values (?, ?, ?, ?, ?, ?)`, stored(r.At), r.PersonID, r.PersonName, r.Verb, r.Subject, r.Reason)
	if err != nil {
		return 0, fmt.Errorf("write the audit: %w", err)
	}
	return res.LastInsertId()
}

// EndAct puts the row of the act in the place of what [Store.BeginAct] wrote.
func (s *Store) EndAct(ctx context.Context, begun int64, r AuditRow) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `delete from audit_begun where id = ?`, begun); err != nil {
			return err
		}
		return appendAudit(ctx, tx, r)
	})
	if err != nil {
		return fmt.Errorf("write the audit: %w", err)
	}
	return nil
}

func appendAudit(ctx context.Context, tx *sql.Tx, r AuditRow) error {
	err := tx.QueryRowContext(ctx, `select id, hash from audit order by id desc limit 1`).Scan(&r.ID, &r.Previous)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	r.ID++
	if r.Hash, err = r.digest(); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `insert into audit (id, at, person_id, person_name, verb, subject, reason, outcome, note,
		previous_hash, hash) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.ID, stored(r.At), r.PersonID, r.PersonName, r.Verb,
		r.Subject, r.Reason, r.Outcome, r.Note, r.Previous, r.Hash)
	return err
}

// AuditRows returns every act that is over, oldest first.
func (s *Store) AuditRows(ctx context.Context) ([]AuditRow, error) {
	list, err := collect(ctx, s.db, scanAudit, `select id, at, person_id, person_name, verb, subject, reason, outcome, note,
		previous_hash, hash from audit order by id`)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	return list, nil
}

// ActsBegun returns the acts that are under way or were cut short, oldest first.
func (s *Store) ActsBegun(ctx context.Context) ([]AuditRow, error) {
	list, err := collect(ctx, s.db, scanAudit, `select id, at, person_id, person_name, verb, subject, reason, '', '', '', ''
		from audit_begun order by id`)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	return list, nil
}

func scanAudit(row scanner) (AuditRow, error) {
	var r AuditRow
	at := make([]string, 1)
	err := row.Scan(&r.ID, &at[0], &r.PersonID, &r.PersonName, &r.Verb, &r.Subject, &r.Reason, &r.Outcome, &r.Note, &r.Previous, &r.Hash)
	if err != nil {
		return AuditRow{}, err
	}
	return r, loaded(at, &r.At)
}

// VerifyAudit recomputes the chain and returns its last row, the zero row when there is none. A row that was altered,
// removed, added or moved is a [fault.Refused] with the number of the first that does not follow. Rows cut off the end
// leave a whole chain: kept, when not "", is a hash that was noted down earlier and must still be that of some row.
func (s *Store) VerifyAudit(ctx context.Context, kept string) (last AuditRow, err error) {
	list, err := s.AuditRows(ctx)
	if err != nil {
		return AuditRow{}, err
	}
	found := kept == ""
	for i, r := range list {
		want, err := r.digest()
		if err != nil {
			return last, err
		}
		if r.ID != int64(i)+1 || r.Previous != last.Hash || r.Hash != want {
			return last, fault.New(fault.Refused, "store.audit.broken", i+1)
		}
		last, found = r, found || r.Hash == kept
	}
	if !found {
		return last, fault.New(fault.Refused, "store.audit.cut", kept, last.ID)
	}
	return last, nil
}
