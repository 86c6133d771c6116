package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
)

// The secret of the servers that the tests start; it has characters that a URL must escape.
const serverPassword = "p:w@d/'1"

// server is a real database server on a folder and a port of its own.
type server struct {
	engine string // postgres or mysql
	url    string // with user and password
	run    func(ctx context.Context, query string) error
}

// exec runs statements on the server.
func (s server) exec(t testing.TB, statements ...string) {
	t.Helper()
	for _, q := range statements {
		if err := s.run(t.Context(), q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

// program finds the newest installed program that a pattern names, or skips the test.
func program(t testing.TB, what string, patterns ...string) string {
	t.Helper()
	for _, p := range patterns {
		if found, err := filepath.Glob(p); err == nil && len(found) > 0 {
			slices.Sort(found)
			return found[len(found)-1]
		}
	}
	t.Skipf("%s is not installed", what)
	return ""
}

// unprivileged gives a folder to the user as whom the servers run: they refuse to run as root.
func unprivileged(t testing.TB, dir string) *syscall.SysProcAttr {
	t.Helper()
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() != 0 {
		return attr
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Skip("root without a user nobody cannot start a database server")
	}
	uid, err1 := strconv.Atoi(nobody.Uid)
	gid, err2 := strconv.Atoi(nobody.Gid)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if err := os.Chown(dir, uid, gid); err != nil {
		t.Fatal(err)
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// serverDir is a folder that another user can reach, with a path short enough for a socket.
func serverDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "kl-db") //nolint:usetesting // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// launch starts a server and stops it, and nothing else, when the test is over.
func launch(t testing.TB, attr *syscall.SysProcAttr, stop os.Signal, path string, args ...string) {
	t.Helper()
	c := exec.Command(path, args...)
	c.SysProcAttr, c.Dir = attr, os.TempDir()
	log, err := os.Create(filepath.Join(t.TempDir(), "server.log"))
	if err != nil {
		t.Fatal(err)
	}
	c.Stdout, c.Stderr = log, log
	started := make(chan error, 1)
	ended := make(chan struct{})
	go func() { // Pdeathsig follows the thread that starts the child, so that one waits for it
		err := c.Start()
		started <- err
		if err == nil {
			_ = c.Wait()
		}
		close(ended)
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(stop)
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			_ = c.Process.Kill()
			<-ended
		}
		if text, err := os.ReadFile(log.Name()); err == nil && t.Failed() {
			t.Logf("%s", text[max(0, len(text)-2000):])
		}
		_ = log.Close()
	})
}

func prepare(t testing.TB, attr *syscall.SysProcAttr, path string, args ...string) {
	t.Helper()
	c := exec.Command(path, args...)
	c.SysProcAttr, c.Dir = &syscall.SysProcAttr{Credential: attr.Credential}, os.TempDir()
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", path, err, out)
	}
}

// await waits until a server answers.
func await(t testing.TB, ping func(context.Context) error) {
	t.Helper()
	var err error
	for range 300 {
		if err = ping(t.Context()); err == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal(err)
}

func startPostgres(t testing.TB) server {
	t.Helper()
	initdb := program(t, "postgresql", "/usr/lib/postgresql/*/bin/initdb", "/usr/bin/initdb")
	dir, port := serverDir(t), freePort(t)
	attr := unprivileged(t, dir)
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte(serverPassword+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	prepare(t, attr, initdb, "-D", data, "-U", "reader", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8", "--locale", "C", "-N")
	launch(t, attr, syscall.SIGINT, filepath.Join(filepath.Dir(initdb), "postgres"), "-D", data, "-p", strconv.Itoa(port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="+dir, "-c", "fsync=off", "-c", "timezone=America/New_York")
	s := server{engine: "postgres", url: fmt.Sprintf("postgres://reader:p%%3Aw%%40d%%2F%%271@127.0.0.1:%d/postgres?sslmode=disable", port)}
	var conn *pgx.Conn
	await(t, func(ctx context.Context) (err error) {
		conn, err = pgx.Connect(ctx, s.url)
		return err
	})
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	s.run = func(ctx context.Context, query string) error {
		_, err := conn.Exec(ctx, query)
		return err
	}
	return s
}

func startMariaDB(t testing.TB) server {
	t.Helper()
	install := program(t, "mariadb-server", "/usr/bin/mariadb-install-db")
	mariadbd := program(t, "mariadb-server", "/usr/sbin/mariadbd")
	dir, port := serverDir(t), freePort(t)
	attr := unprivileged(t, dir)
	data, socket := filepath.Join(dir, "data"), filepath.Join(dir, "s")
	prepare(t, attr, install, "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db")
	launch(t, attr, syscall.SIGTERM, mariadbd, "--no-defaults", "--datadir="+data, "--socket="+socket, "--pid-file="+filepath.Join(dir, "pid"),
		"--bind-address=127.0.0.1", "--port="+strconv.Itoa(port), "--innodb-flush-log-at-trx-commit=0", "--default-time-zone=-05:00")
	root := mysql.NewConfig()
	root.User, root.Net, root.Addr, root.Logger = "root", "unix", socket, quiet{}
	connector, err := mysql.NewConnector(root)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	t.Cleanup(func() { _ = db.Close() })
	await(t, db.PingContext)
	db.SetMaxOpenConns(1)
	s := server{engine: "mysql", run: func(ctx context.Context, query string) error {
		_, err := db.ExecContext(ctx, query)
		return err
	}}
	s.exec(t, "create database crm character set utf8mb4", "use crm",
		"create user reader@'%' identified by 'p:w@d/''1'", "grant select on crm.* to reader@'%'")
	s.url = fmt.Sprintf("mariadb://reader:p%%3Aw%%40d%%2F%%271@127.0.0.1:%d/crm", port)
	return s
}
