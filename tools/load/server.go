package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Build builds the program into a folder, as it is shipped.
func Build(ctx context.Context, dir string) (string, error) {
	bin := filepath.Join(dir, "bangfu")
	out, err := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-o", bin, "bangfu/cmd/bangfu").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return bin, nil
}

// Server is one "bangfu serve" under our hand.
type Server struct {
	Bin, Data, DSN, Addr string
	Log                  io.Writer // nil: nowhere

	cmd  *exec.Cmd
	gone chan error
}

// Base is where it answers.
func (s *Server) Base() string { return "http://" + s.Addr }

// Start starts the process; it does not wait until it answers.
func (s *Server) Start() error {
	args := []string{"--data", s.Data, "serve", "--listen", s.Addr, "--pace", "0"}
	if s.DSN != "" {
		args = append([]string{"--database", s.DSN}, args...)
	}
	if s.Log != nil {
		args = append([]string{"--verbose"}, args...)
	}
	s.cmd = exec.Command(s.Bin, args...)
	s.cmd.Stderr = s.Log
	if s.Log == nil {
		s.cmd.Stderr = os.Stderr
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	cmd, gone := s.cmd, make(chan error, 1)
	s.gone = gone
	go func() { gone <- cmd.Wait() }() // reaps the process when it ends
	return nil
}

// Ready waits until it answers that it is ready.
func (s *Server) Ready(ctx context.Context) error {
	until := time.Now().Add(patience)
	for time.Now().Before(until) {
		select {
		case err := <-s.gone:
			return fmt.Errorf("serve ended by itself: %v", err)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
		res, err := http.Get(s.Base() + "/readyz")
		if err != nil {
			continue
		}
		if err := res.Body.Close(); err != nil {
			return err
		}
		if res.StatusCode == http.StatusOK {
			return nil
		}
	}
	return errors.New("serve is not ready after a long wait")
}

// Kill ends the process at once, as a power cut does.
func (s *Server) Kill() error { return s.end(syscall.SIGKILL) }

// Stop asks the process to end and waits.
func (s *Server) Stop() error { return s.end(syscall.SIGTERM) }

func (s *Server) end(sig syscall.Signal) error {
	if s.cmd == nil {
		return nil
	}
	if err := s.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-s.gone
	s.cmd = nil
	return nil
}

// Memory is what the process holds of the machine's memory, in MiB; 0 when it does not run.
func (s *Server) Memory() int {
	if s.cmd == nil {
		return 0
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	var kib int
	_, _ = fmt.Sscan(rest, &kib) // 0 when it is not told
	return kib / 1024
}

// FreeAddr gives an address of this machine nobody listens on.
func FreeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
