/** Starts Trino's server from its parts on the class path; its own launcher comes only with the server's tarball. */
public class Launch {
    public static void main(String[] arguments) {
        new io.trino.server.Server().start("435");
    }
}
