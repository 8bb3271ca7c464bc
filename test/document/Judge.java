import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.ofdrw.converter.export.ImageExporter;
import org.ofdrw.converter.export.TextExporter;
import org.ofdrw.gm.ses.v4.SESeal;
import org.ofdrw.layout.OFDDoc;
import org.ofdrw.layout.element.Paragraph;
import org.ofdrw.reader.OFDReader;
import org.ofdrw.sign.OFDSigner;
import org.ofdrw.sign.SignMode;
import org.ofdrw.sign.signContainer.SESV4Container;
import org.ofdrw.sign.stamppos.NormalStampPos;
import org.ofdrw.sign.verify.OFDValidator;
import org.ofdrw.sign.verify.container.SESV4ValidateContainer;

/**
 * Puts ofdrw to tasks, all in one process: {@code java -cp … Judge.java TASK -- TASK …}, and prints a line for each, {@code ok}
 * or what ofdrw said. Tasks: {@code draw FILE FOLDER} (picture and text of the pages), {@code seal FILE} (verifies the electronic
 * seal), {@code make FILE CERTIFICATE KEY SEAL} (a document of its own, sealed; the three in DER).
 */
public class Judge {
  public static void main(String[] arguments) {
    Security.addProvider(new BouncyCastleProvider());
    List<String> task = new ArrayList<>();
    for (String argument : arguments) {
      if (!argument.equals("--")) {
        task.add(argument);
        continue;
      }
      report(task);
      task.clear();
    }
    report(task);
    System.exit(0);
  }

  private static void report(List<String> task) {
    try {
      Path file = Paths.get(task.get(1));
      switch (task.get(0)) {
        case "draw" -> draw(file, Paths.get(task.get(2)));
        case "seal" -> verify(file);
        case "make" -> make(file, task.subList(2, 5));
        default -> throw new IllegalArgumentException(task.get(0));
      }
      System.out.println("ok");
    } catch (Exception error) {
      System.out.println(String.valueOf(error).replaceAll("\\s+", " "));
    }
  }

  private static void draw(Path file, Path folder) throws Exception {
    try (ImageExporter exporter = new ImageExporter(file, folder, "PNG", 8d)) {
      exporter.export();
    }
    try (TextExporter exporter = new TextExporter(file, folder.resolve("text.txt"))) {
      exporter.export();
    }
  }

  private static void verify(Path file) throws Exception {
    try (OFDReader reader = new OFDReader(file); OFDValidator validator = new OFDValidator(reader)) {
      validator.setValidator(new SESV4ValidateContainer());
      validator.exeValidate();
    }
  }

  private static void make(Path file, List<String> from) throws Exception {
    Path unsigned = Paths.get(file + ".unsigned");
    try (OFDDoc document = new OFDDoc(unsigned)) {
      document.add(new Paragraph("another program's document"));
    }
    Certificate certificate;
    try (var stream = Files.newInputStream(Paths.get(from.get(0)))) {
      certificate = CertificateFactory.getInstance("X.509", "BC").generateCertificate(stream);
    }
    var encoded = new PKCS8EncodedKeySpec(Files.readAllBytes(Paths.get(from.get(1))));
    PrivateKey key = KeyFactory.getInstance("EC", "BC").generatePrivate(encoded);
    SESeal seal = SESeal.getInstance(Files.readAllBytes(Paths.get(from.get(2))));
    try (OFDReader reader = new OFDReader(unsigned); OFDSigner signer = new OFDSigner(reader, file)) {
      signer.setSignMode(SignMode.WholeProtected);
      signer.setSignContainer(new SESV4Container(key, seal, certificate));
      signer.addApPos(new NormalStampPos(1, 50, 50, 40, 40));
      signer.exeSign();
    }
  }
}
