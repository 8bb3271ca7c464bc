import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.LocalizedMessage;
import ecert.identity.v1.IssueAccessTokenRequest;
import ecert.identity.v1.TokenServiceGrpc;
import ecert.issue.v1.IssueCertificateRequest;
import ecert.issue.v1.IssueServiceGrpc;
import ecert.issue.v1.MakeCertificateRequest;
import ecert.issue.v1.MakeOrder;
import ecert.issue.v1.Origin;
import ecert.type.v1.Holder;
import ecert.usage.v1.CreateUsageContextRequest;
import ecert.usage.v1.ExtractDataRequest;
import ecert.usage.v1.Operator;
import ecert.usage.v1.UsageContext;
import ecert.usage.v1.UsageServiceGrpc;
import ecert.usage.v1.VerifyCertificateRequest;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.erdtman.jcs.JsonCanonicalizer;

/** The road of one licence from Java: token, make, issue, usage code, verify, extract. ../README.md has the commands. */
public final class Sample {
  private static final String ITEM = "GD-SCJG-0001";
  private static final Holder HOLDER =
      Holder.newBuilder().setName("岭海云帆软件有限公司").setCode("91440106MA9DEM2A6K").setCodeType("001").build();
  /** A call without a deadline waits for ever where a network swallows packets. Issuing waits for the department's device. */
  private static final long SECONDS = 60;

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try {
      out.println(useLicence(issueLicence()));
    } catch (StatusRuntimeException error) {
      new PrintStream(System.err, true, StandardCharsets.UTF_8).println(explain(error));
      System.exit(1);
    }
  }

  /** 发证部门: when a case is closed, its system makes and issues the licence. Both calls may be repeated. */
  private static String issueLicence() throws Exception {
    String appKey = "440100-scjg";
    String serial = System.getenv().getOrDefault("ECERT_SERIAL", "JV-2026-000001");
    ManagedChannel channel = open("ECERT_CITY");
    try {
      ClientInterceptor token = takeToken(channel, appKey, read("ECERT_APPROVAL_SECRET").strip());
      var issuing = IssueServiceGrpc.newBlockingStub(channel).withInterceptors(token);
      issuing.withDeadlineAfter(SECONDS, TimeUnit.SECONDS).makeCertificate(makeRequest(appKey, serial));
      var request = IssueCertificateRequest.newBuilder().setBusinessSerial(serial).build();
      var issued = issuing.withDeadlineAfter(SECONDS, TimeUnit.SECONDS).issueCertificate(request);
      return issued.getCertificate().getIdentifier();
    } finally {
      channel.shutdownNow();
    }
  }

  /** 用证部门, in another city: what it is for → usage code → verify → extract. */
  private static JsonObject useLicence(String identifier) throws Exception {
    ManagedChannel channel = open("ECERT_OTHER_CITY");
    try {
      ClientInterceptor token = takeToken(channel, "440300-zwfw", read("ECERT_COUNTER_SECRET").strip());
      var usage = UsageServiceGrpc.newBlockingStub(channel).withInterceptors(token);
      UsageContext context = UsageContext.newBuilder()
          .setPurpose("核验申请人主体资格")
          .setHolder(HOLDER)
          .addItemCodes(ITEM)
          .setBusinessId("YW-2026-0456")
          .setStage("受理")
          .setOutlet("12 号窗口")
          .setBusinessTime(Instant.now().toString())
          .setDepartmentCode("114403000000991003")
          .setOperator(Operator.newBuilder().setAccount("zhangsan").setName("张示例"))
          .setMatterCode("440300-SPJY-01")
          .build();
      var opening = CreateUsageContextRequest.newBuilder().setRequestId(UUID.randomUUID().toString()).setContext(context);
      String code = usage.withDeadlineAfter(SECONDS, TimeUnit.SECONDS).createUsageContext(opening.build()).getUsageCode();
      var verifying = VerifyCertificateRequest.newBuilder().setUsageCode(code).setIdentifier(identifier);
      var verified = usage.withDeadlineAfter(SECONDS, TimeUnit.SECONDS).verifyCertificate(verifying.build());
      var extracting = ExtractDataRequest.newBuilder().setUsageCode(code).setIdentifier(identifier)
          .addFields("name").addFields("legalRepresentative");
      var extracted = usage.withDeadlineAfter(SECONDS, TimeUnit.SECONDS).extractData(extracting.build());
      JsonObject used = new JsonObject();
      used.addProperty("identifier", identifier);
      used.addProperty("verdict", verified.getVerdict().name());
      used.add("data", JsonParser.parseString(JsonFormat.printer().print(extracted.getData())));
      return used;
    } finally {
      channel.shutdownNow();
    }
  }

  /** The order with its origin signature (来源签名). */
  private static MakeCertificateRequest makeRequest(String appKey, String serial) throws Exception {
    Struct.Builder data = Struct.newBuilder();
    JsonFormat.parser().merge(read("ECERT_DATA"), data);
    MakeOrder order = MakeOrder.newBuilder()
        .setBusinessSerial(serial)
        .setItemCode(ITEM)
        .setIssuerCode("11440106MB9DEM11X6")
        .addHolders(HOLDER)
        .setIssueDate("2026-11-24")
        .setValidFrom("2026-11-18")
        .setData(data)
        .build();
    String signedAt = Instant.now().toString();
    byte[] signature = sign(statementOf(order, appKey, signedAt), read("ECERT_ORIGIN_KEY"));
    Origin origin = Origin.newBuilder()
        .setKeyId(appKey + "-1").setSignedAt(signedAt).setSignature(ByteString.copyFrom(signature)).build();
    return MakeCertificateRequest.newBuilder().setOrder(order).setOrigin(origin).build();
  }

  /**
   * The canonical octets of what the origin signature is over. An order spells its members in JSON as the statement does, and
   * leaves out the same ones; attachments, of which this order has none, stand in the statement by digest.
   */
  private static byte[] statementOf(MakeOrder order, String app, String signedAt) throws IOException {
    JsonObject statement = JsonParser.parseString(JsonFormat.printer().print(order)).getAsJsonObject();
    statement.addProperty("schema", "ecert.origin.v1");
    statement.addProperty("app", app);
    statement.add("attachments", new JsonArray());
    statement.addProperty("signedAt", signedAt);
    return new JsonCanonicalizer(statement.toString()).getEncodedUTF8();
  }

  /** By the department system's own key: Ed25519 over the octets, P-256 over their SHA-256 with the signature in DER. */
  private static byte[] sign(byte[] octets, String pem) throws GeneralSecurityException {
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    PrivateKey key = privateKey(new PKCS8EncodedKeySpec(der));
    Signature signature = Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "Ed25519");
    signature.initSign(key);
    signature.update(octets);
    return signature.sign();
  }

  private static PrivateKey privateKey(PKCS8EncodedKeySpec spec) throws GeneralSecurityException {
    try {
      return KeyFactory.getInstance("EC").generatePrivate(spec);
    } catch (InvalidKeySpecException notThatKind) {
      return KeyFactory.getInstance("Ed25519").generatePrivate(spec);
    }
  }

  /** What proves who calls. A token is good for minutes: take one for many calls, and a new one when it has ended. */
  private static ClientInterceptor takeToken(ManagedChannel channel, String appKey, String secret) {
    var request = IssueAccessTokenRequest.newBuilder().setAppKey(appKey).setAppSecret(secret).build();
    var tokens = TokenServiceGrpc.newBlockingStub(channel).withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
    Metadata headers = new Metadata();
    Metadata.Key<String> authorization = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    headers.put(authorization, "Bearer " + tokens.issueAccessToken(request).getAccessToken());
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  private static ManagedChannel open(String variable) throws IOException {
    var trusted = TlsChannelCredentials.newBuilder().trustManager(new File(System.getenv("ECERT_CA"))).build();
    return Grpc.newChannelBuilder(System.getenv(variable).replace("https://", ""), trusted).build();
  }

  private static String read(String variable) throws IOException {
    return Files.readString(Path.of(System.getenv(variable)));
  }

  /** What was refused, for a log and for the person in front of the screen: reason, sentence in Chinese, fields with remedies. */
  private static String explain(StatusRuntimeException error) throws InvalidProtocolBufferException {
    StringBuilder text = new StringBuilder(error.getStatus().getCode() + ": " + error.getStatus().getDescription());
    var status = StatusProto.fromThrowable(error);
    for (Any detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        text.append("\nreason: ").append(detail.unpack(ErrorInfo.class).getReason());
      } else if (detail.is(LocalizedMessage.class)) {
        text.append('\n').append(detail.unpack(LocalizedMessage.class).getMessage());
      } else if (detail.is(BadRequest.class)) {
        for (var field : detail.unpack(BadRequest.class).getFieldViolationsList()) {
          text.append("\n  ").append(field.getField()).append(": ").append(field.getDescription());
        }
      }
    }
    return text.toString();
  }

  private Sample() {}
}
