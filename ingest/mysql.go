package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// mariadb is a MySQL or MariaDB server in a read-only transaction of one instant.
type mariadb struct {
	pool *sql.DB
	conn *sql.Conn
}

func dialMySQL(ctx context.Context, at location) (_ *mariadb, err error) {
	cfg := mysql.NewConfig()
	cfg.User, cfg.Passwd, cfg.DBName = at.url.User.Username(), at.password, strings.TrimPrefix(at.url.Path, "/")
	cfg.Net, cfg.Addr = "tcp", at.url.Host
	if at.url.Port() == "" {
		cfg.Addr = net.JoinHostPort(at.url.Hostname(), "3306")
	}
	cfg.TLSConfig = at.url.Query().Get("tls") // true, skip-verify, preferred, or none
	cfg.Timeout = dialTimeout
	cfg.InterpolateParams = true // one form of the answers: text
	cfg.Params = map[string]string{"time_zone": "'+00:00'"}
	cfg.Logger = quiet{}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	m := &mariadb{pool: sql.OpenDB(connector)}
	if m.conn, err = m.pool.Conn(ctx); err == nil {
		err = m.begin(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, m.Close(ctx))
	}
	return m, nil
}

// quiet keeps the driver from writing to standard error; what went wrong comes back as an error.
type quiet struct{}

func (quiet) Print(...any) {}

func (m *mariadb) begin(ctx context.Context) error {
	for _, q := range []string{"set session transaction isolation level repeatable read", "start transaction with consistent snapshot, read only"} {
		if _, err := m.conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

func (m *mariadb) Close(context.Context) error {
	var err error
	if m.conn != nil {
		err = m.conn.Close()
	}
	if errors.Is(err, sql.ErrConnDone) {
		err = nil
	}
	return errors.Join(err, m.pool.Close())
}

func (m *mariadb) quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

func (m *mariadb) placeholder() string { return "?" }

func (m *mariadb) rows(ctx context.Context, query string, args ...any) (remoteRows, error) {
	rows, err := m.conn.QueryContext(ctx, query, args...) //nolint:rowserrcheck // the rows are streamed; Next and Close ask
	if err != nil {
		return nil, err
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, errors.Join(err, rows.Close()) //nolint:sqlclosecheck // likewise
	}
	r := &mariadbRows{rows: rows, values: make([]sql.RawBytes, len(types)), out: make([][]byte, len(types))}
	for i, t := range types {
		r.cols = append(r.cols, remoteColumn{name: t.Name(), kind: mariadbKind(t.DatabaseTypeName()), typ: t.DatabaseTypeName()})
		r.into = append(r.into, &r.values[i])
	}
	return r, nil
}

func mariadbKind(typ string) remoteKind {
	switch typ {
	case "TIMESTAMP":
		return remoteUTC // the zone of the session
	case "DATETIME":
		return remoteCivil
	case "FLOAT", "DOUBLE":
		return remoteFloat
	case "BIT", "GEOMETRY", "BINARY", "VARBINARY", "BLOB", "TINYBLOB", "MEDIUMBLOB", "LONGBLOB":
		return remoteOther
	}
	return remoteText
}

type mariadbRows struct {
	rows   *sql.Rows
	cols   []remoteColumn
	values []sql.RawBytes
	into   []any
	out    [][]byte
}

func (r *mariadbRows) columns() []remoteColumn { return r.cols }

func (r *mariadbRows) Next() ([][]byte, error) {
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
	if err := r.rows.Scan(r.into...); err != nil {
		return nil, fmt.Errorf("read row: %w", err)
	}
	for i, v := range r.values {
		r.out[i] = v
	}
	return r.out, nil
}

func (r *mariadbRows) Close() error { return errors.Join(r.rows.Close(), r.rows.Err()) }
