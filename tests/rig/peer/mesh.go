package main

import (
	"context"
	"crypto/x509"
	"net"
	"reflect"

	"github.com/dapr/dapr/pkg/security"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/peer"
)

// serveMesh is what a sidecar serves to other sidecars: gRPC to whoever shows an identity below the trusted roots.
func serveMesh(listener net.Listener, identity security.Handler) error {
	server := grpc.NewServer(identity.GRPCServerOptionMTLS())
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())
	return server.Serve(listener)
}

// callMesh is one call of one sidecar by another, over a connection of its own: the call is answered only when both sides
// have accepted each other.
func callMesh(ctx context.Context, identity security.Handler, address string, app spiffeid.ID) (*shown, error) {
	connection, err := grpc.NewClient("passthrough:///"+address, identity.GRPCDialOptionMTLS(app), grpc.WithDisableRetry())
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var callee peer.Peer
	question := &grpc_health_v1.HealthCheckRequest{}
	if _, err = grpc_health_v1.NewHealthClient(connection).Check(ctx, question, grpc.Peer(&callee)); err != nil {
		return nil, err
	}
	return shownBy(chainOf(callee)), nil
}

// chainOf looks into SPIFFE's wrapper of gRPC's own type, which it does not show.
func chainOf(callee peer.Peer) []*x509.Certificate {
	info, ok := reflect.ValueOf(callee.AuthInfo).FieldByName("AuthInfo").Interface().(credentials.TLSInfo)
	if !ok {
		return nil
	}
	return info.State.PeerCertificates
}
