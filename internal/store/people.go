package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// Person is one row of the people who may decide. What a role allows is not known here.
type Person struct {
	ID          string // unique without regard to case
	Name        string
	ManagerID   string // the account manager that the person is, "" when none
	Roles       []string
	CreatedAt   time.Time
	DisabledAt  time.Time // zero while the person may act
	TokenSHA256 string    // hexadecimal
	TokenAt     time.Time // when the token was given
}

// People returns everybody, disabled or not, in order of id.
func (s *Store) People(ctx context.Context) ([]Person, error) {
	list, err := people(ctx, s.db)
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	return list, nil
}

// EditPerson writes the person that edit returns: a new one, or one of those it is shown, changed. edit sees everybody
// and runs while no other process can write, so that what it checks still holds when its answer is stored. An error of
// edit is returned as it is, and nothing is written.
func (s *Store) EditPerson(ctx context.Context, edit func(all []Person) (Person, error)) error {
	return s.inTx(ctx, func(tx *sql.Tx) error {
		all, err := people(ctx, tx)
		if err != nil {
			return fmt.Errorf("people: %w", err)
		}
		p, err := edit(all)
		if err != nil {
			return err
		}
		if err := putPerson(ctx, tx, p); err != nil {
			return fmt.Errorf("write person %s: %w", p.ID, err)
		}
		return nil
	})
}

func people(ctx context.Context, q querier) ([]Person, error) {
	return collect(ctx, q, scanPerson, `select id, name, manager_id, token_sha256, created_at, disabled_at, token_at,
		coalesce((select group_concat(role, ' ') from (select role from person_roles r where r.person_id = people.id order by role)), '')
		from people order by id`)
}

func scanPerson(row scanner) (Person, error) {
	var p Person
	var roles string
	at := make([]string, 3)
	err := row.Scan(&p.ID, &p.Name, &p.ManagerID, &p.TokenSHA256, &at[0], &at[1], &at[2], &roles)
	if err != nil {
		return Person{}, err
	}
	p.Roles = strings.Fields(roles)
	return p, loaded(at, &p.CreatedAt, &p.DisabledAt, &p.TokenAt)
}

func putPerson(ctx context.Context, tx *sql.Tx, p Person) error {
	_, err := tx.ExecContext(ctx, `insert into people (id, name, manager_id, created_at, disabled_at, token_sha256, token_at)
		values (?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set name = excluded.name, manager_id = excluded.manager_id,
		disabled_at = excluded.disabled_at, token_sha256 = excluded.token_sha256, token_at = excluded.token_at`,
		p.ID, p.Name, p.ManagerID, stored(p.CreatedAt), stored(p.DisabledAt), p.TokenSHA256, stored(p.TokenAt))
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `delete from person_roles where person_id = ?`, p.ID); err != nil {
		return err
	}
	for _, role := range p.Roles {
		if _, err := tx.ExecContext(ctx, `insert into person_roles (person_id, role) values (?, ?)`, p.ID, role); err != nil {
			return err
		}
	}
	return nil
}
