import JSON

/// SimpleTuner's options by the names that its `config.env` has for them (its `env_to_args_map`, version 4.8).
extension EnvironmentFile {
    /// The options that are true or have a value.
    ///
    /// What is `false` or empty is left out, as SimpleTuner leaves it out, and so are variables that name no option, which
    /// are for other programs.
    var options: [String: JSONValue] {
        var options: [String: JSONValue] = [:]
        // An option's own name goes before an older one.
        for (variable, option) in Self.renamed { options["--" + option] = values[variable].flatMap(Self.option) }
        for variable in Self.sameNamed {
            if let value = values[variable].flatMap(Self.option) { options["--" + variable.lowercased()] = value }
        }
        if values["USE_BITFIT"].flatMap(Self.option) == true { options["--layer_freeze_strategy"] = "bitfit" }
        for (name, value) in Self.arguments(values["TRAINER_EXTRA_ARGS"] ?? "") { options[name] = value }
        return options
    }

    private static func option(_ text: String) -> JSONValue? {
        switch text.lowercased() {
        case "true": true
        case "false", "": nil
        default: .string(text)
        }
    }

    /// Options as on a command line: `--name`, `--name=value`, `--name value`; what stands for a variable is left out.
    private static func arguments(_ text: String) -> [(name: String, value: JSONValue)] {
        var arguments: [(name: String, value: JSONValue)] = []
        var isOpen = false
        for word in text.split(separator: " ") where !word.contains("${") {
            if word.hasPrefix("--") {
                let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                isOpen = parts.count == 1
                arguments.append((String(parts[0]), isOpen ? true : .string(String(parts[1]))))
            } else if isOpen, let last = arguments.indices.last {
                arguments[last].value = .string(String(word))
                isOpen = false
            }
        }
        return arguments
    }

    private static let renamed = [
        ("RESUME_CHECKPOINT", "resume_from_checkpoint"), ("DATALOADER_CONFIG", "data_backend_config"),
        ("TRAINING_SEED", "seed"), ("ACCELERATE_CONFIG_PATH", "accelerate_config"),
        ("USE_XFORMERS", "enable_xformers_memory_efficient_attention"), ("MINIMUM_RESOLUTION", "minimum_image_size"),
        ("PUSH_CHECKPOINTS", "push_checkpoints_to_hub"), ("MAX_NUM_STEPS", "max_train_steps"),
        ("NUM_EPOCHS", "num_train_epochs"), ("CHECKPOINTING_STEPS", "checkpoint_step_interval"),
        ("CHECKPOINTING_LIMIT", "checkpoints_total_limit"), ("HUB_MODEL_NAME", "hub_model_id"),
        ("MODEL_NAME", "pretrained_model_name_or_path"), ("USE_GRADIENT_CHECKPOINTING", "gradient_checkpointing"),
        ("VALIDATION_STEPS", "validation_step_interval"), ("LR_SCHEDULE", "lr_scheduler"),
        ("TRAINING_NUM_PROCESSES", "num_processes"), ("TRAINING_NUM_MACHINES", "num_machines"),
    ]

    /// Variables that are the options' names in capitals.
    private static let sameNamed = """
        ASPECT_BUCKET_ROUNDING ACCELERATE_EXTRA_ARGS USE_EMA OUTPUT_DIR USE_DORA LORA_TYPE LYCORIS_CONFIG PUSH_TO_HUB
        PUSH_TO_HUB_BACKGROUND PUBLISHING_CONFIG CHECKPOINT_STEP_INTERVAL CHECKPOINT_EPOCH_INTERVAL
        MODEL_CARD_SAFE_FOR_WORK TRACKER_PROJECT_NAME TRACKER_RUN_NAME MODEL_TYPE MODEL_FAMILY TRAIN_BATCH_SIZE
        ENABLE_CHUNKED_FEED_FORWARD FEED_FORWARD_CHUNK_SIZE CAPTION_DROPOUT_PROBABILITY RESOLUTION_TYPE RESOLUTION
        VALIDATION_SEED VALIDATION_STEP_INTERVAL VALIDATION_EPOCH_INTERVAL VALIDATION_RESOLUTION VALIDATION_GUIDANCE
        VALIDATION_METHOD VALIDATION_EXTERNAL_SCRIPT VALIDATION_EXTERNAL_BACKGROUND DEEPFLOYD_VALIDATION_PIPELINE_MODE
        DEEPFLOYD_VALIDATION_STAGE1_MODEL DEEPFLOYD_VALIDATION_STAGE2_MODEL DEEPFLOYD_VALIDATION_STAGE3_MODE
        DEEPFLOYD_VALIDATION_STAGE3_MODEL DEEPFLOYD_VALIDATION_STAGE1_NUM_INFERENCE_STEPS
        DEEPFLOYD_VALIDATION_STAGE2_NUM_INFERENCE_STEPS DEEPFLOYD_VALIDATION_STAGE3_NUM_INFERENCE_STEPS
        DEEPFLOYD_VALIDATION_STAGE1_GUIDANCE DEEPFLOYD_VALIDATION_STAGE2_GUIDANCE DEEPFLOYD_VALIDATION_STAGE3_GUIDANCE
        DEEPFLOYD_VALIDATION_STAGE3_NOISE_LEVEL WAN_VALIDATION_LOAD_OTHER_STAGE SDXL_VALIDATION_PIPELINE_MODE
        SDXL_VALIDATION_STAGE1_MODEL SDXL_VALIDATION_STAGE2_MODEL PIXART_VALIDATION_PIPELINE_MODE
        PIXART_VALIDATION_STAGE1_MODEL PIXART_VALIDATION_STAGE2_MODEL LTX2_VALIDATION_PIPELINE_MODE
        LTX2_VALIDATION_SPATIAL_UPSAMPLER_MODEL LTX2_VALIDATION_SPATIAL_UPSAMPLER_FILENAME POST_CHECKPOINT_SCRIPT
        POST_UPLOAD_SCRIPT VALIDATION_GUIDANCE_RESCALE VALIDATION_NUM_INFERENCE_STEPS VALIDATION_PROMPT VALIDATION_INPUT
        ALLOW_TF32 MIXED_PRECISION OPTIMIZER LEARNING_RATE LR_WARMUP_STEPS BASE_MODEL_PRECISION QUANTIZE_VIA
        QUANTIZATION_CONFIG SDNQ_WEIGHTS_DTYPE SDNQ_QUANTIZED_MATMUL_DTYPE SDNQ_GROUP_SIZE SDNQ_USE_QUANTIZED_MATMUL
        SDNQ_COMPILE_MODE SDNQ_USE_STATIC_QUANTIZATION SDNQ_USE_STOCHASTIC_ROUNDING SDNQ_DEQUANTIZE_FP32 SDNQ_USE_SVD
        SDNQ_SVD_RANK SDNQ_SVD_STEPS SDNQ_USE_HADAMARD SDNQ_HADAMARD_GROUP_SIZE SDNQ_MODULES_TO_NOT_CONVERT
        SDNQ_MODULES_TO_NOT_USE_MATMUL SDNQ_MODULES_DTYPE_DICT SDNQ_MODULES_QUANT_CONFIG VALIDATION_GUIDANCE_REAL
        VALIDATION_NO_CFG_UNTIL_TIMESTEP INFERENCE_SCHEDULER_TIMESTEP_SPACING GRADIENT_ACCUMULATION_STEPS LR_END
        FLUX_GUIDANCE_VALUE FLUX_LORA_TARGET VALIDATION_NEGATIVE_PROMPT METADATA_UPDATE_INTERVAL READ_BATCH_SIZE
        WRITE_BATCH_SIZE TEXT_ENCODER_BATCH_SIZE TEXT_CACHE_ONDEMAND TEXT_CACHE_DISABLE AWS_MAX_POOL_CONNECTIONS
        TORCH_NUM_THREADS IMAGE_PROCESSING_BATCH_SIZE DISABLE_BENCHMARK TRAINING_SCHEDULER_TIMESTEP_SPACING
        """.split { $0 == " " || $0 == "\n" }.map { String($0) }
}
