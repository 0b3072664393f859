// Runs a list of jobs (JSON on stdin, bytes in base64) through typage and prints the list of results.
// {"recipients": [...]} or {"passphrase": "...", "logN": 10} with "plaintext" encrypts; with "file" it decrypts.
import { Decrypter, Encrypter, armor } from "age-encryption";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const results = [];
for (const job of JSON.parse(Buffer.concat(chunks).toString())) {
    if (job.plaintext !== undefined) {
        const encrypter = new Encrypter();
        if (job.passphrase !== undefined) {
            encrypter.setPassphrase(job.passphrase);
            encrypter.setScryptWorkFactor(job.logN);
        }
        for (const recipient of job.recipients ?? []) encrypter.addRecipient(recipient);
        const file = await encrypter.encrypt(new Uint8Array(Buffer.from(job.plaintext, "base64")));
        results.push(Buffer.from(job.armor ? armor.encode(file) : file).toString("base64"));
    } else {
        const decrypter = new Decrypter();
        if (job.passphrase !== undefined) decrypter.addPassphrase(job.passphrase);
        for (const identity of job.identities ?? []) decrypter.addIdentity(identity);
        let file = new Uint8Array(Buffer.from(job.file, "base64"));
        if (job.armor) file = armor.decode(new TextDecoder().decode(file));
        results.push(Buffer.from(await decrypter.decrypt(file)).toString("base64"));
    }
}
process.stdout.write(JSON.stringify(results));
