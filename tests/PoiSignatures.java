import java.io.File;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackageAccess;
import org.apache.poi.poifs.crypt.dsig.SignatureConfig;
import org.apache.poi.poifs.crypt.dsig.SignatureInfo;
import org.apache.poi.poifs.crypt.dsig.SignaturePart;

/** Asks Apache POI about the signatures of files: one line per file, the number of signatures that hold or "invalid". */
public class PoiSignatures {
    public static void main(String[] files) throws Exception {
        for (String file : files) {
            try (OPCPackage pkg = OPCPackage.open(new File(file), PackageAccess.READ)) {
                SignatureConfig config = new SignatureConfig();
                config.setOpcPackage(pkg);
                SignatureInfo info = new SignatureInfo();
                info.setSignatureConfig(config);
                int held = 0;
                int all = 0;
                for (SignaturePart part : info.getSignatureParts()) {
                    all++;
                    if (part.validate()) {
                        held++;
                    }
                }
                System.out.println(held + "/" + all);
                pkg.revert();
            }
        }
    }
}
