package ingest

import (
	"context"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// postgres is a PostgreSQL server in a read-only transaction of one instant.
type postgres struct {
	conn *pgx.Conn
	tx   pgx.Tx
}

func dialPostgres(ctx context.Context, at location) (_ *postgres, err error) {
	cfg, err := pgx.ParseConfig(at.url.String())
	if err != nil {
		return nil, err
	}
	cfg.ConnectTimeout = dialTimeout
	// One form for days and times, whatever the server or the user is set to.
	cfg.RuntimeParams["datestyle"], cfg.RuntimeParams["timezone"] = "ISO, YMD", "UTC"
	cfg.RuntimeParams["application_name"] = "kamlens"
	cfg.DefaultQueryExecMode = pgx.QueryExecModeDescribeExec
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return nil, fmt.Errorf("%w; %w", err, conn.Close(ctx))
	}
	return &postgres{conn: conn, tx: tx}, nil
}

func (p *postgres) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	_ = p.tx.Rollback(ctx) // nothing was written; a connection that broke cannot say so anyway
	return p.conn.Close(ctx)
}

func (p *postgres) quote(name string) string { return pgx.Identifier{name}.Sanitize() }

func (p *postgres) placeholder() string { return "$1" }

func (p *postgres) rows(ctx context.Context, query string, args ...any) (remoteRows, error) {
	rows, err := p.tx.Query(ctx, query, append([]any{pgx.QueryResultFormats{pgx.TextFormatCode}}, args...)...)
	if err != nil {
		return nil, err
	}
	r := &postgresRows{rows: rows}
	for _, f := range rows.FieldDescriptions() {
		kind, typ := p.kind(f.DataTypeOID)
		r.cols = append(r.cols, remoteColumn{name: f.Name, kind: kind, typ: typ})
	}
	return r, nil
}

// kind says how the text of a type reads; a type that the driver does not know, such as an enum, is text.
func (p *postgres) kind(oid uint32) (remoteKind, string) {
	t, ok := p.conn.TypeMap().TypeForOID(oid)
	if !ok {
		return remoteText, ""
	}
	switch oid {
	case pgtype.TimestamptzOID:
		return remoteInstant, t.Name
	case pgtype.Float4OID, pgtype.Float8OID:
		return remoteFloat, t.Name
	case pgtype.BoolOID:
		return remoteBool, t.Name
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.NumericOID, pgtype.TextOID, pgtype.VarcharOID,
		pgtype.BPCharOID, pgtype.NameOID, pgtype.QCharOID, pgtype.DateOID, pgtype.TimestampOID, pgtype.TimeOID, pgtype.UUIDOID,
		pgtype.JSONOID, pgtype.JSONBOID, pgtype.OIDOID, pgtype.InetOID, pgtype.CIDROID, pgtype.MacaddrOID, pgtype.UnknownOID:
		return remoteText, t.Name
	}
	return remoteOther, t.Name
}

type postgresRows struct {
	rows pgx.Rows
	cols []remoteColumn
}

func (r *postgresRows) columns() []remoteColumn { return r.cols }

func (r *postgresRows) Next() ([][]byte, error) {
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
	return r.rows.RawValues(), nil
}

func (r *postgresRows) Close() error {
	r.rows.Close()
	return r.rows.Err()
}
