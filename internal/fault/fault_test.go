package fault

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/kamlens/kamlens/internal/text"
)

func TestExitCode(t *testing.T) {
	plain := errors.New("disk on fire")
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{plain, 1},
		{New(Internal, "fault.internal", "x"), 1},
		{New(Usage, "period.bad", "x"), 2},
		{New(Refused, "fault.internal", "x"), 3},
		{New(Busy, "fault.internal", "x"), 4},
		{New(NotFound, "fault.internal", "x"), 1},
		{fmt.Errorf("while loading: %w", New(Refused, "fault.internal", "x")), 3}, // wrapped once per layer
	} {
		if got := ExitCode(c.err); got != c.want {
			t.Errorf("%v: exit code %d, want %d", c.err, got, c.want)
		}
	}
}

func TestText(t *testing.T) {
	bad := fmt.Errorf("parse flags: %w", New(Usage, "period.bad", "2026-13"))
	zh, en := Text(text.ZH, bad), Text(text.EN, bad)
	if zh == en || zh != text.ZH.T("period.bad", "2026-13") || en != text.EN.T("period.bad", "2026-13") {
		t.Errorf("got %q and %q: want the message in both languages, without the layers above it", zh, en)
	}
	cause := errors.New("cause")
	if e := New(Usage, "period.bad", "x").Because(cause); !errors.Is(e, cause) {
		t.Error("the cause cannot be found")
	}
}

// TestText_denied: missing rights are told by the file they are about, whatever layers are above.
func TestText_denied(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string // the path, "" where rights are not the reason
	}{
		{fmt.Errorf("write report: %w", &fs.PathError{Op: "open", Path: "/srv/r.xlsx", Err: syscall.EACCES}), "/srv/r.xlsx"},
		{&os.LinkError{Op: "rename", Old: "/tmp/a", New: "/srv/b", Err: syscall.EPERM}, "/srv/b"},
		{&fs.PathError{Op: "open", Path: "/media/x", Err: syscall.EROFS}, "/media/x"},
		{errors.Join(errors.New("state"), &fs.PathError{Op: "open", Path: "/srv/app", Err: fs.ErrPermission}), "/srv/app"},
		{&fs.PathError{Op: "open", Path: "/srv/gone", Err: syscall.ENOENT}, ""},
		{errors.New("permission denied"), ""},
	} {
		zh, en := Text(text.ZH, c.err), Text(text.EN, c.err)
		if c.want == "" {
			if !strings.HasPrefix(en, "internal error") {
				t.Errorf("%v: %q", c.err, en)
			}
			continue
		}
		if zh != text.ZH.T("fault.denied", c.want) || en != text.EN.T("fault.denied", c.want) || ExitCode(c.err) != 1 {
			t.Errorf("%v: %q and %q, want %s named", c.err, zh, en, c.want)
		}
	}
}

// asNobody is the variable under which the test runs itself without rights, in the folder it names.
const asNobody = "KAMLENS_TEST_AS_NOBODY"

// TestUnable: what the system answers a user without rights; root, whom nothing is denied, asks as nobody.
func TestUnable(t *testing.T) {
	if dir := os.Getenv(asNobody); dir != "" {
		unableIn(t, dir)
		return
	}
	dir, err := os.MkdirTemp("", "unable") //nolint:usetesting // below folders that nobody may enter, unlike those of t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(os.Chmod(filepath.Join(dir, "closed"), 0o700), os.RemoveAll(dir)); err != nil { //nolint:gosec // a folder
			t.Error(err)
		}
	})
	write := func(name string, mode fs.FileMode) {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
	}
	write("secret", 0o000)
	write("readable", 0o444)
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "closed"), 0o500), os.Chmod(dir, 0o755)); err != nil { //nolint:gosec // nobody must get in
		t.Fatal(err)
	}
	if os.Getuid() != 0 {
		unableIn(t, dir)
		return
	}
	self, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(dir, "fault.test")
	if err := os.WriteFile(copied, self, 0o755); err != nil { //nolint:gosec // nobody must run it
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), copied, "-test.run=^TestUnable$", "-test.v")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), asNobody+"="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestUnable") {
		t.Errorf("as nobody: %v\n%s", err, out)
	}
}

func unableIn(t *testing.T, dir string) {
	t.Helper()
	for _, c := range []struct {
		name   string
		write  bool
		denied bool
	}{
		{"secret", false, true}, {"secret", true, true}, {"readable", false, false}, {"readable", true, true},
		{"gone", false, false}, {"closed/new", true, true},
	} {
		err := Unable(filepath.Join(dir, c.name), c.write)
		path, denied := Denied(err)
		if denied != c.denied || denied && path != filepath.Join(dir, c.name) || !denied && err != nil {
			t.Errorf("%s, to write %v: %v", c.name, c.write, err)
		}
	}
}
