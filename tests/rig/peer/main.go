// Command peer stands in for a sidecar: it holds one identity and proves it to others, by the security package of the Dapr
// that it is built against.
//
// It asks a sentry for its certificate at the start and whenever Dapr's code finds it due, trusts the roots of one file (read
// once, as a sidecar reads its environment), serves mutual TLS to one app, and dials others when asked to over plain HTTP:
//
//	GET /dial?address=HOST:PORT&app=ID&namespace=NS   200 and what the other side showed, or 502 and why the handshake failed
//
// With -mesh it serves gRPC to every identity below its roots instead, and dials by gRPC, each time over a new connection: as
// sidecars call each other. With -watch-roots it follows its file of roots, as the control plane does.
//
// It prints one line once it serves. It ends with code 1, and the reason as its last line, when it gets no first identity.
package main

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/dapr/dapr/pkg/healthz"
	"github.com/dapr/dapr/pkg/modes"
	"github.com/dapr/dapr/pkg/security"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

const (
	// What sentry puts an app into that names no trust domain of its own.
	appTrustDomain = "public"
	patience       = 5 * time.Second
)

var greeting = []byte("hello")

type settings struct {
	app, caller             string
	namespace               string
	sentry, roots           string
	controlPlaneTrustDomain string
	controlPlaneNamespace   string
	listen, control         string
	mode                    string
	mesh, watchRoots        bool
}

func main() {
	if err := run(parse()); err != nil {
		// Dapr joins several errors by newlines; the first says why.
		fmt.Fprintln(os.Stderr, "peer:", strings.ReplaceAll(err.Error(), "\n", "; "))
		os.Exit(1)
	}
}

func parse() settings {
	var chosen settings
	flag.StringVar(&chosen.app, "app", "app", "the app id to be")
	flag.StringVar(&chosen.caller, "caller", "app", "the app id that may connect")
	flag.StringVar(&chosen.sentry, "sentry", "", "HOST:PORT of sentry")
	flag.StringVar(&chosen.roots, "roots", "", "PEM file with the trusted roots")
	flag.StringVar(&chosen.controlPlaneTrustDomain, "trust-domain", "cluster.local", "trust domain of the control plane")
	flag.StringVar(&chosen.controlPlaneNamespace, "control-plane-namespace", "dapr-system", "namespace of the control plane")
	flag.StringVar(&chosen.listen, "listen", "127.0.0.1:0", "HOST:PORT for mutual TLS")
	flag.StringVar(&chosen.control, "control", "127.0.0.1:0", "HOST:PORT for the questions")
	flag.StringVar(&chosen.mode, "mode", string(modes.StandaloneMode), "kubernetes: prove itself by the token in DAPR_SENTRY_TOKEN_FILE")
	flag.BoolVar(&chosen.mesh, "mesh", false, "serve and dial gRPC, whatever app the other side is")
	flag.BoolVar(&chosen.watchRoots, "watch-roots", false, "read the file with the roots again whenever it changes")
	flag.Parse()
	// Dapr's package reads it from here too; no option for it is common to all versions.
	chosen.namespace = security.CurrentNamespace()
	return chosen
}

func run(chosen settings) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	identity, lost, err := identify(ctx, chosen)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", chosen.listen)
	if err != nil {
		return err
	}
	control, err := net.Listen("tcp", chosen.control)
	if err != nil {
		return err
	}
	ended := make(chan error, 2)
	go func() {
		if chosen.mesh {
			ended <- serveMesh(listener, identity)
		} else {
			ended <- serve(identity.NetListenerID(listener, idOf(chosen.namespace, chosen.caller)))
		}
	}()
	go func() { ended <- http.Serve(control, questions(identity, chosen)) }()
	fmt.Printf("peer: %s serves on %s, answers on %s\n", chosen.app, listener.Addr(), control.Addr())
	select {
	case err = <-lost:
		return fmt.Errorf("identity lost: %w", err)
	case err = <-ended:
		return err
	case <-ctx.Done():
		return nil
	}
}

// identify returns once there is a first identity; the channel tells when there is none any more.
func identify(ctx context.Context, chosen settings) (security.Handler, <-chan error, error) {
	options := security.Options{
		SentryAddress:           chosen.sentry,
		ControlPlaneTrustDomain: chosen.controlPlaneTrustDomain,
		ControlPlaneNamespace:   chosen.controlPlaneNamespace,
		AppID:                   chosen.app,
		MTLSEnabled:             true,
		Mode:                    modes.DaprMode(chosen.mode),
		Healthz:                 healthz.New(),
	}
	if chosen.watchRoots {
		// Dapr's code waits until there is one.
		options.TrustAnchorsFile = &chosen.roots
	} else {
		roots, err := os.ReadFile(chosen.roots)
		if err != nil {
			return nil, nil, err
		}
		options.TrustAnchors = roots
	}
	provider, err := security.New(ctx, options)
	if err != nil {
		return nil, nil, fmt.Errorf("roots refused: %w", err)
	}
	lost := make(chan error, 1)
	waiting, cancel := context.WithCancel(ctx)
	go func() {
		lost <- provider.Run(ctx)
		cancel()
	}()
	identity, err := provider.Handler(waiting)
	if err != nil {
		return nil, nil, fmt.Errorf("no identity: %w", <-lost)
	}
	return identity, lost, nil
}

func idOf(namespace, app string) spiffeid.ID {
	return spiffeid.RequireFromSegments(spiffeid.RequireTrustDomainFromString(appTrustDomain), "ns", namespace, app)
}

// serve sends back what each connection sends first; a caller that is refused never gets that far.
func serve(listener net.Listener) error {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer connection.Close()
			_ = connection.SetDeadline(time.Now().Add(patience))
			if _, err := io.CopyN(connection, connection, int64(len(greeting))); err != nil {
				fmt.Println("peer: caller refused:", err)
			}
		}()
	}
}

func questions(identity security.Handler, chosen settings) http.Handler {
	call := dial
	if chosen.mesh {
		call = callMesh
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /dial", func(answer http.ResponseWriter, question *http.Request) {
		wanted := question.URL.Query()
		namespace := wanted.Get("namespace")
		if namespace == "" {
			namespace = chosen.namespace
		}
		shown, err := call(question.Context(), identity, wanted.Get("address"), idOf(namespace, wanted.Get("app")))
		if err != nil {
			http.Error(answer, err.Error(), http.StatusBadGateway)
			return
		}
		answer.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(answer).Encode(shown)
	})
	return mux
}

// shown is what the other side presented: its leaf's serial number in decimal, and SHA-256 of each certificate, leaf first.
type shown struct {
	Serial string   `json:"serial"`
	Chain  []string `json:"chain"`
}

func shownBy(certificates []*x509.Certificate) *shown {
	seen := &shown{}
	for _, certificate := range certificates {
		digest := sha256.Sum256(certificate.Raw)
		seen.Chain = append(seen.Chain, hex.EncodeToString(digest[:]))
	}
	if len(certificates) > 0 {
		seen.Serial = certificates[0].SerialNumber.String()
	}
	return seen
}

// dial succeeds when both sides accepted each other. In TLS 1.3 the dialer's handshake ends before the listener has judged the
// dialer, so only an answer proves that.
func dial(ctx context.Context, identity security.Handler, address string, app spiffeid.ID) (*shown, error) {
	connection, err := identity.NetDialerID(ctx, app, patience)("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("refused by the dialer: %w", err)
	}
	defer connection.Close()
	_ = connection.SetDeadline(time.Now().Add(patience))
	if _, err = connection.Write(greeting); err == nil {
		_, err = io.ReadFull(connection, make([]byte, len(greeting)))
	}
	if err != nil {
		return nil, fmt.Errorf("refused by the listener: %w", err)
	}
	secured, ok := connection.(*tls.Conn)
	if !ok {
		return nil, fmt.Errorf("not a TLS connection: %T", connection)
	}
	return shownBy(secured.ConnectionState().PeerCertificates), nil
}
