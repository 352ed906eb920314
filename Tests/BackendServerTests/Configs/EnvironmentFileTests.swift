import JSON
import Testing

@testable import BackendServer

@Suite struct EnvironmentFileTests {
    @Test(
        arguments: [
            ("", [:]), ("# a=b\n\n  # c", [:]), ("A=1\r\nexport  B=2\n\tC = 3 ", ["A": "1", "B": "2", "C": "3"]),
            ("A='x  \"y\" $Z #'", ["A": "x  \"y\" $Z #"]),
            (#"A="x \"y\" \\ \n 'z' \$Q""#, ["A": #"x "y" \ \n 'z' $Q"#]),
            ("A=a'b c'\"d\" # e", ["A": "ab cd"]), ("A=a#b #c", ["A": "a#b"]), ("A=#c", ["A": ""]), ("A=", ["A": ""]),
            ("A=x   y\tz", ["A": "x y z"]), (#"A=x\ \"y"#, ["A": "x \"y"]), ("A=1\nA=2", ["A": "2"]),
            ("A=1\nA+=2\nB+=3\nA+=", ["A": "1 2", "B": "3"]), ("A=b=c", ["A": "b=c"]), ("exportA=1", ["exportA": "1"]),
        ] as [(String, [String: String])])
    func `lines are read as a shell reads them`(text: String, values: [String: String]) throws {
        #expect(try EnvironmentFile(text).values == values)
    }

    @Test(arguments: [
        ("A=1\nB", "line 2: this is no KEY=VALUE"), ("rm -rf /", "line 1: this is no KEY=VALUE"),
        ("1A=2", "line 1: this is no KEY=VALUE"), ("=2", "line 1: this is no KEY=VALUE"),
        ("A='x", "line 1: the quote is not closed"), ("\n\nA=\"x\\\"\n\"", "line 3: the quote is not closed"),
    ])
    func `what is no assignment is refused with its line`(text: String, sentence: String) {
        do throws(EnvironmentFile.Fault) {
            _ = try EnvironmentFile(text)
            Issue.record("it was read")
        } catch { #expect(error.description == sentence) }
    }

    @Test func `variables are the options that SimpleTuner takes them for`() throws {
        let text = """
            MODEL_NAME=org/model
            LEARNING_RATE=1e-4
            USE_EMA=true
            ALLOW_TF32=False
            USE_BITFIT=true
            CHECKPOINTING_STEPS=10
            CHECKPOINT_STEP_INTERVAL=20
            VALIDATION_STEPS=7
            HF_HOME=/x
            TRAINING_DYNAMO_BACKEND=inductor
            OUTPUT_DIR=
            TRAINER_EXTRA_ARGS="--rank=16 --lora_alpha 8 --flag ${MORE} --learning_rate=2e-4"
            """
        #expect(
            try EnvironmentFile(text).options == [
                "--pretrained_model_name_or_path": "org/model", "--learning_rate": "2e-4", "--use_ema": true,
                "--layer_freeze_strategy": "bitfit", "--checkpoint_step_interval": "20",
                "--validation_step_interval": "7", "--rank": "16", "--lora_alpha": "8", "--flag": true,
            ])
    }
}
