package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// JobState is how far a job of one period has come.
type JobState string

// The states, in order; a failed job may be claimed again.
const (
	JobDue       JobState = "due"
	JobRendering JobState = "rendering"
	JobWritten   JobState = "written"
	JobFailed    JobState = "failed"
)

// Job is one line of the ledger: one job for one period.
type Job struct {
	Job        string
	Period     string
	State      JobState
	DueAt      time.Time
	ClaimedAt  time.Time // zero when never claimed
	FinishedAt time.Time // of the last written or failed
	Attempts   int
	Snapshot   string // the snapshot the documents were made from
	Error      string // why it failed, in the job's language
	Files      []JobFile
}

// JobFile is one file that a job wrote.
type JobFile struct {
	Name   string // within the folder of the job's period
	SHA256 string // hex
	Bytes  int64
}

// Claim is the right of one process to render one job of one period, until it finishes or the claim goes stale.
type Claim struct {
	Job    string
	Period string
	Token  string // distinct for every claim
}

// ErrClaimLost says that the claim was taken over by another process, because this one took too long.
var ErrClaimLost = errors.New("the claim was taken over by another process")

// PlanJob enters a job of one period as due at dueAt; a line that is there already stays as it is.
func (s *Store) PlanJob(ctx context.Context, job, period string, dueAt time.Time) error {
	_, err := s.db.ExecContext(ctx, `insert into jobs (job, period, state, due_at) values (?, ?, 'due', ?)
		on conflict (job, period) do nothing`, job, period, stored(dueAt))
	if err != nil {
		return fmt.Errorf("plan job %s %s: %w", job, period, err)
	}
	return nil
}

// ClaimJob takes a planned job that is due or failed, or whose claim is older than stale. It returns false when the job
// is written, held by another process, or was never planned. clock is the machine's time, not the business day.
func (s *Store) ClaimJob(ctx context.Context, job, period string, clock time.Time, stale time.Duration) (Claim, bool, error) {
	c := Claim{Job: job, Period: period, Token: rand.Text()}
	r, err := s.db.ExecContext(ctx, `update jobs
		set state = 'rendering', claim = ?, claimed_at = ?, attempts = attempts + 1, error = ''
		where job = ? and period = ? and (state in ('due', 'failed') or (state = 'rendering' and claimed_at <= ?))`,
		c.Token, stored(clock), job, period, stored(clock.Add(-stale)))
	if err != nil {
		return Claim{}, false, fmt.Errorf("claim job %s %s: %w", job, period, err)
	}
	n, err := r.RowsAffected()
	if err != nil {
		return Claim{}, false, fmt.Errorf("claim job %s %s: %w", job, period, err)
	}
	return c, n == 1, nil
}

// FinishJob marks the job written. put moves the finished files to their place; it runs while the store's write lock is
// held and the claim is known to be good, so a process that lost its claim never touches the archive. A crash between
// put and the commit leaves the files of a job that reads rendering: the next claim writes the same place again.
func (s *Store) FinishJob(ctx context.Context, c Claim, clock time.Time, snapshot string, files []JobFile, put func() error) error {
	return s.inTx(ctx, func(tx *sql.Tx) error {
		if err := c.close(ctx, tx, JobWritten, clock, snapshot, ""); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `delete from job_files where job = ? and period = ?`, c.Job, c.Period); err != nil {
			return err
		}
		for _, f := range files {
			_, err := tx.ExecContext(ctx, `insert into job_files (job, period, name, sha256, bytes) values (?, ?, ?, ?, ?)`,
				c.Job, c.Period, f.Name, f.SHA256, f.Bytes)
			if err != nil {
				return err
			}
		}
		return put()
	})
}

// FailJob marks the job failed and says why.
func (s *Store) FailJob(ctx context.Context, c Claim, clock time.Time, reason string) error {
	return s.inTx(ctx, func(tx *sql.Tx) error { return c.close(ctx, tx, JobFailed, clock, "", reason) })
}

// close ends a claim; ErrClaimLost when it is no longer held.
func (c Claim) close(ctx context.Context, tx *sql.Tx, to JobState, clock time.Time, snapshot, reason string) error {
	r, err := tx.ExecContext(ctx, `update jobs set state = ?, claim = '', finished_at = ?, snapshot = ?, error = ?
		where job = ? and period = ? and state = 'rendering' and claim = ?`,
		to, stored(clock), snapshot, reason, c.Job, c.Period, c.Token)
	if err != nil {
		return err
	}
	n, err := r.RowsAffected()
	if err != nil {
		return err
	}
	if n != 1 {
		return ErrClaimLost
	}
	return nil
}

// TrimJobs forgets all written lines of a job but the newest keep.
func (s *Store) TrimJobs(ctx context.Context, job string, keep int) error {
	_, err := s.db.ExecContext(ctx, `delete from jobs where job = ? and state = 'written' and period not in
		(select period from jobs where job = ? order by due_at desc limit ?)
		and not exists (select 1 from job_files f where f.job = jobs.job and f.period = jobs.period)`, job, job, keep)
	if err != nil {
		return fmt.Errorf("trim job %s: %w", job, err)
	}
	return nil
}

// Jobs returns the ledger of one job, or of all when job is "", in order of job and period.
func (s *Store) Jobs(ctx context.Context, job string) ([]Job, error) {
	list, err := collect(ctx, s.db, scanJob, `select job, period, state, attempts, snapshot, error, due_at, claimed_at,
		finished_at from jobs where ? in ('', job) order by job, period`, job)
	if err != nil {
		return nil, fmt.Errorf("job ledger: %w", err)
	}
	for i := range list {
		list[i].Files, err = collect(ctx, s.db, scanJobFile, `select name, sha256, bytes from job_files
			where job = ? and period = ? order by name`, list[i].Job, list[i].Period)
		if err != nil {
			return nil, fmt.Errorf("job ledger: %w", err)
		}
	}
	return list, nil
}

func scanJob(row scanner) (Job, error) {
	var j Job
	at := make([]string, 3)
	err := row.Scan(&j.Job, &j.Period, &j.State, &j.Attempts, &j.Snapshot, &j.Error, &at[0], &at[1], &at[2])
	if err != nil {
		return Job{}, err
	}
	return j, loaded(at, &j.DueAt, &j.ClaimedAt, &j.FinishedAt)
}

func scanJobFile(row scanner) (JobFile, error) {
	var f JobFile
	return f, row.Scan(&f.Name, &f.SHA256, &f.Bytes)
}
