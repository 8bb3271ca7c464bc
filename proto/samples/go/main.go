// The road of one licence from Go: token, make, issue, usage code, verify, extract. ../README.md has the commands.
package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	identityv1 "ecert.example/identity/v1"
	issuev1 "ecert.example/issue/v1"
	typev1 "ecert.example/type/v1"
	usagev1 "ecert.example/usage/v1"
	"github.com/gowebpki/jcs"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
)

const item = "GD-SCJG-0001"

var holder = &typev1.Holder{Name: "岭海云帆软件有限公司", Code: "91440106MA9DEM2A6K", CodeType: "001"}

func dial(address string) (*grpc.ClientConn, error) {
	tls, err := credentials.NewClientTLSFromFile(os.Getenv("ECERT_CA"), "")
	if err != nil {
		return nil, err
	}
	return grpc.NewClient(strings.TrimPrefix(address, "https://"), grpc.WithTransportCredentials(tls))
}

// authorised gives a context that proves who calls. A token is good for minutes: take one for many calls.
func authorised(ctx context.Context, conn *grpc.ClientConn, appKey, secretFile string) (context.Context, error) {
	secret, err := os.ReadFile(secretFile)
	if err != nil {
		return nil, err
	}
	answer, err := identityv1.NewTokenServiceClient(conn).IssueAccessToken(ctx, &identityv1.IssueAccessTokenRequest{
		AppKey: appKey, AppSecret: strings.TrimSpace(string(secret)),
	})
	if err != nil {
		return nil, err
	}
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+answer.AccessToken), nil
}

// statementOf gives the canonical octets of what the origin signature is over. An order spells its members in JSON as the
// statement does, and leaves out the same ones; attachments, of which this order has none, stand in the statement by digest.
func statementOf(order *issuev1.MakeOrder, app, signedAt string) ([]byte, error) {
	text, err := protojson.Marshal(order)
	if err != nil {
		return nil, err
	}
	statement := map[string]any{}
	if err := json.Unmarshal(text, &statement); err != nil {
		return nil, err
	}
	statement["schema"] = "ecert.origin.v1"
	statement["app"] = app
	statement["attachments"] = []any{}
	statement["signedAt"] = signedAt
	if text, err = json.Marshal(statement); err != nil {
		return nil, err
	}
	return jcs.Transform(text)
}

// sign uses the department system's own key: Ed25519 over the octets, P-256 over their SHA-256 with the signature in DER.
func sign(octets []byte, keyFile string) ([]byte, error) {
	file, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(file)
	if block == nil {
		return nil, errors.New(keyFile + " is no PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	switch key := parsed.(type) {
	case ed25519.PrivateKey:
		return ed25519.Sign(key, octets), nil
	case *ecdsa.PrivateKey:
		digest := sha256.Sum256(octets)
		return ecdsa.SignASN1(rand.Reader, key, digest[:])
	}
	return nil, errors.New("an origin key is Ed25519 or P-256")
}

// makeRequest is the order with its origin signature (来源签名).
func makeRequest(appKey, serial string) (*issuev1.MakeCertificateRequest, error) {
	file, err := os.ReadFile(os.Getenv("ECERT_DATA"))
	if err != nil {
		return nil, err
	}
	data := &structpb.Struct{}
	if err := protojson.Unmarshal(file, data); err != nil {
		return nil, err
	}
	order := &issuev1.MakeOrder{
		BusinessSerial: serial, ItemCode: item, IssuerCode: "11440106MB9DEM11X6", Holders: []*typev1.Holder{holder},
		IssueDate: "2026-11-24", ValidFrom: "2026-11-18", Data: data,
	}
	signedAt := time.Now().UTC().Format(time.RFC3339)
	octets, err := statementOf(order, appKey, signedAt)
	if err != nil {
		return nil, err
	}
	signature, err := sign(octets, os.Getenv("ECERT_ORIGIN_KEY"))
	if err != nil {
		return nil, err
	}
	origin := &issuev1.Origin{KeyId: appKey + "-1", SignedAt: signedAt, Signature: signature}
	return &issuev1.MakeCertificateRequest{Order: order, Origin: origin}, nil
}

// issueLicence is 发证部门: when a case is closed, its system makes and issues the licence. Both calls may be repeated.
func issueLicence(ctx context.Context) (string, error) {
	const appKey = "440100-scjg"
	serial := os.Getenv("ECERT_SERIAL")
	if serial == "" {
		serial = "GO-2026-000001"
	}
	conn, err := dial(os.Getenv("ECERT_CITY"))
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if ctx, err = authorised(ctx, conn, appKey, os.Getenv("ECERT_APPROVAL_SECRET")); err != nil {
		return "", err
	}
	request, err := makeRequest(appKey, serial)
	if err != nil {
		return "", err
	}
	issuing := issuev1.NewIssueServiceClient(conn)
	if _, err := issuing.MakeCertificate(ctx, request); err != nil {
		return "", err
	}
	issued, err := issuing.IssueCertificate(ctx, &issuev1.IssueCertificateRequest{BusinessSerial: serial})
	if err != nil {
		return "", err
	}
	return issued.Certificate.Identifier, nil
}

// useLicence is 用证部门, in another city: what it is for → usage code → verify → extract.
func useLicence(ctx context.Context, identifier string) (map[string]any, error) {
	conn, err := dial(os.Getenv("ECERT_OTHER_CITY"))
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if ctx, err = authorised(ctx, conn, "440300-zwfw", os.Getenv("ECERT_COUNTER_SECRET")); err != nil {
		return nil, err
	}
	usage := usagev1.NewUsageServiceClient(conn)
	opened, err := usage.CreateUsageContext(ctx, &usagev1.CreateUsageContextRequest{
		RequestId: rand.Text(),
		Context: &usagev1.UsageContext{
			Purpose: "核验申请人主体资格", Holder: holder, ItemCodes: []string{item}, BusinessId: "YW-2026-0456",
			Stage: "受理", Outlet: "12 号窗口", BusinessTime: time.Now().Format(time.RFC3339),
			DepartmentCode: "114403000000991003", MatterCode: "440300-SPJY-01",
			Operator: &usagev1.Operator{Account: "zhangsan", Name: "张示例"},
		},
	})
	if err != nil {
		return nil, err
	}
	code := opened.UsageCode
	verified, err := usage.VerifyCertificate(ctx, &usagev1.VerifyCertificateRequest{UsageCode: code, Identifier: identifier})
	if err != nil {
		return nil, err
	}
	extracted, err := usage.ExtractData(ctx, &usagev1.ExtractDataRequest{
		UsageCode: code, Identifier: identifier, Fields: []string{"name", "legalRepresentative"},
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"identifier": identifier, "verdict": verified.Verdict.String(), "data": extracted.Data.AsMap(),
	}, nil
}

// explain tells what was refused, for a log and for the person in front of the screen: reason, sentence in Chinese, fields.
func explain(err error) string {
	refused := status.Convert(err)
	lines := []string{fmt.Sprintf("%s: %s", refused.Code(), refused.Message())}
	for _, detail := range refused.Details() {
		switch one := detail.(type) {
		case *errdetails.ErrorInfo:
			lines = append(lines, "reason: "+one.Reason)
		case *errdetails.LocalizedMessage:
			lines = append(lines, one.Message)
		case *errdetails.BadRequest:
			for _, field := range one.FieldViolations {
				lines = append(lines, fmt.Sprintf("  %s: %s", field.Field, field.Description))
			}
		}
	}
	return strings.Join(lines, "\n")
}

func run() error {
	// A call without a deadline waits for ever where a network swallows packets. Issuing waits for the department's device.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	identifier, err := issueLicence(ctx)
	if err != nil {
		return err
	}
	used, err := useLicence(ctx, identifier)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(used)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, explain(err))
		os.Exit(1)
	}
}
