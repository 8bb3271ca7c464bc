import java.nio.file.Path;
import java.nio.file.Paths;
import java.security.Security;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.ofdrw.converter.export.ImageExporter;
import org.ofdrw.converter.export.TextExporter;
import org.ofdrw.reader.OFDReader;
import org.ofdrw.sign.verify.OFDValidator;
import org.ofdrw.sign.verify.container.SESV4ValidateContainer;

/** Draws, reads and (with `seal` in front) verifies a package with ofdrw: `java -cp … Judge.java [seal] FILE FOLDER`. */
public class Judge {
  public static void main(String[] arguments) throws Exception {
    boolean sealed = arguments[0].equals("seal");
    Path file = Paths.get(arguments[sealed ? 1 : 0]);
    Path folder = Paths.get(arguments[sealed ? 2 : 1]);
    try (ImageExporter exporter = new ImageExporter(file, folder, "PNG", 8d)) {
      exporter.export();
    }
    try (TextExporter exporter = new TextExporter(file, folder.resolve("text.txt"))) {
      exporter.export();
    }
    if (!sealed) return;
    Security.addProvider(new BouncyCastleProvider());
    try (OFDReader reader = new OFDReader(file); OFDValidator validator = new OFDValidator(reader)) {
      validator.setValidator(new SESV4ValidateContainer());
      validator.exeValidate();
    }
  }
}
