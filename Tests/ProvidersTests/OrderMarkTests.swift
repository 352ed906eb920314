import JSON
import Jobs
import Testing

@testable import Providers

@Suite struct OrderMarkTests {
    @Test(arguments: ["a", "0z9k", "abcdefghijklmnopqrstuvwxyz"])
    func `an id is read back, and JSON does not see it`(id: String) throws {
        let text = #"[{"id":"d"}]"# + OrderMark.blanks(id)
        #expect(OrderMark.jobID(in: text) == id)
        #expect(try JSONValue(parsing: text) == [["id": "d"]])
    }

    @Test(arguments: ["", "[]", "[]\n", "[]        ", "[] \t", "[]\n" + String(repeating: "\t", count: 8)])
    func `what is no mark is none`(text: String) {
        #expect(OrderMark.jobID(in: text) == nil)
    }

    @Test func `an order is marked where the prediction gives it back`() throws {
        let order = PredictionOrder(
            jobID: "j1", version: "m:1", config: [:], dataloader: [], lycoris: nil, hubModelID: nil, webhookURL: nil)
        let answer = try #require(order.document.members).merging(["id": "p"]) { $1 }
        let prediction = try #require(Prediction(.object(answer)))
        #expect(prediction.isFor(jobID: "j1"))
        #expect(!prediction.isFor(jobID: "j"))
        #expect(prediction.isSigned)
        #expect(try #require(Prediction(["id": "p", "input": ["dataloader_json": "[]"]])).isSigned == false)
    }
}
